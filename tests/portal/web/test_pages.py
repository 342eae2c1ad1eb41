"""The frame of every page and the pages anyone may read; no template breaks the content security policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from portal.accounts.roles import NATIONAL, StaffRole
from portal.web import context
from tests.factories.accounts import AgentFactory, PersonFactory, entered

pytestmark = pytest.mark.django_db

PUBLIC = ["/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/", "/plan-du-site/", "/connexion/"]
FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
ON_SCREEN = [name for name in TEMPLATES if name.endswith(".html") and not re.search(r"mail|documents/", name)]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_has_one_heading_a_title_and_the_marks_of_the_law(path: str) -> None:
    html = Client().get(path).content.decode()
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert '<html lang="fr"' in html
    assert re.search(r"<title>\s*[^<–]+ – Portail du cercle de confiance du ROR</title>", html)
    assert "Accessibilité : partiellement conforme" in html
    assert all(f'href="{link}"' in html for link in PUBLIC[1:5])


def test_titles_differ_from_page_to_page() -> None:
    titles = [re.search(r"<title>(.*?)</title>", Client().get(path).content.decode(), re.S) for path in PUBLIC]
    assert len({title.group(1) for title in titles if title}) == len(PUBLIC)


def test_skip_links_come_first_and_lead_somewhere() -> None:
    html = Client().get("/").content.decode()
    body = html[html.index("<body>") :]
    assert body.index("fr-skiplinks") < body.index("<header")
    assert all(f'id="{target}"' in html for target in re.findall(r'fr-link" href="#([a-z]+)"', body)[:3])


def test_the_policy_allows_nothing_inline() -> None:
    policy = Client().get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("name", ON_SCREEN)
def test_a_template_holds_no_inline_script_style_or_handler(name: str) -> None:
    source = (FOLDER / name).read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>", source)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name: str) -> None:
    assert get_template(name)


def test_the_menu_shows_only_pages_that_exist() -> None:
    assert context.address("no_such_page") == ""
    links = context.navigation(PersonFactory(), "/")
    assert all(leaf.url for link in links for leaf in (link.below or [link]))


def test_the_menu_follows_the_side_of_the_person() -> None:
    html = entered(AgentFactory(roles=[StaffRole.ADMINISTRATOR])).get("/comptes/").content.decode()
    assert re.search(r'href="/comptes/"[^>]*aria-current="page"', html)
    vendor = entered(PersonFactory()).get("/compte/").content.decode()
    assert 'href="/comptes/"' not in vendor


def test_only_administrators_are_shown_the_accounts() -> None:
    html = entered(AgentFactory(roles=[StaffRole.REVIEWER])).get("/compte/").content.decode()
    assert 'href="/comptes/"' not in html


def test_a_line_kept_for_a_role_is_shown_to_whoever_holds_it() -> None:
    shown = {role: str(context.navigation(AgentFactory(roles=[role]), "/")) for role in NATIONAL}
    assert {role for role, menu in shown.items() if "'/reprises/'" in menu} == {StaffRole.WHITELIST_MANAGER}
    assert {role for role, menu in shown.items() if "'/comptes/'" in menu} == {StaffRole.ADMINISTRATOR}


def test_the_demonstration_says_its_name(settings: object) -> None:
    assert "Démonstration." in Client().get("/").content.decode()


@pytest.mark.parametrize(("theme", "shown"), [("neutral", "portal/brand.svg"), ("state", "République<br>française")])
def test_the_brand_is_a_theme(settings: object, theme: str, shown: str) -> None:
    settings.THEME = theme  # type: ignore[attr-defined]
    assert shown in Client().get("/").content.decode()
