"""The guides show pictures that the command takes, and lead to pages and files that exist."""

import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve
from PIL import Image

from portal.demo import cast
from portal.management.commands import take_screenshots

DOCS = Path(settings.BASE_DIR) / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("decisions/*.md")), Path(settings.BASE_DIR) / "README.md"]
TAKEN = {shot.name for shot in take_screenshots.SHOTS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_of_the_repository(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_picture_is_taken_by_the_command() -> None:
    shown = {name for page in PAGES for name in re.findall(r"images/([a-z-]+)\.png", page.read_text())}
    assert shown == TAKEN == {path.stem for path in (DOCS / "images").glob("*.png")}


def test_pictures_stay_small() -> None:
    assert all(path.stat().st_size < 90_000 for path in (DOCS / "images").glob("*.png"))


@pytest.mark.parametrize("shot", take_screenshots.SHOTS, ids=lambda shot: shot.name)
def test_pictures_start_from_a_page_and_a_person_of_the_demonstration(shot: take_screenshots.Shot) -> None:
    assert not shot.who or cast.person(shot.who)
    try:
        resolve(shot.start.partition("?")[0])
    except Resolver404:
        pytest.fail(f"{shot.start} is no page")


def test_picture_is_put_on_a_palette() -> None:
    picture = io.BytesIO()
    Image.effect_noise((200, 100), 90).convert("RGB").save(picture, "PNG")
    small = take_screenshots._small(picture.getvalue())
    assert len(small) < len(picture.getvalue())
    assert Image.open(io.BytesIO(small)).mode == "P"
