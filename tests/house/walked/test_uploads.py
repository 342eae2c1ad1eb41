"""Uploads beyond what the portal takes: a page that says so, and nothing kept."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.documents.models import DepositedFile
from tests.factories.world import World

MEGABYTE = 1024 * 1024


@pytest.fixture
def path(world: World) -> str:
    return reverse("list_upload", args=[world.stages["draft"].service.reference])


def test_a_file_beyond_the_limit_is_refused_on_its_form(world: World, path: str) -> None:
    before = DepositedFile.objects.count()
    big = SimpleUploadedFile("liste.csv", b"x" * (settings.UPLOAD_MAX_BYTES + 1), "text/csv")
    answer = world.browser("representante").post(path, {"file": big})
    assert answer.status_code in (200, 413, 422)
    assert "Mo" in answer.content.decode()
    assert DepositedFile.objects.count() == before


@pytest.mark.parametrize("announced", [True, False])
def test_a_form_of_25_megabytes_is_told_so(world: World, path: str, announced: bool) -> None:
    body = b"file=" + b"x" * 25 * MEGABYTE
    more: dict[str, Any] = {} if announced else {"HTTP_TRANSFER_ENCODING": "chunked"}
    form = "application/x-www-form-urlencoded"
    answer = world.browser("representante").post(path, body, content_type=form, **more)
    assert answer.status_code == 413
    assert 'lang="fr"' in answer.content.decode()


def test_a_thousand_and_one_fields_are_too_many(world: World, path: str) -> None:
    answer = world.browser("representante").post(path, {f"champ-{rank}": "1" for rank in range(1001)})
    assert answer.status_code == 413
