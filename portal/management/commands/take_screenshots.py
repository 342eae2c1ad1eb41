"""`manage.py take_screenshots`: photographs the pages of the demonstration that the guides show (docs/images/*.png).

Makes a demonstration of its own in a temporary folder and opens it in Chromium, unless `--site` names one that runs.
Pages are reached as a person reaches them, by following links: no reference is written here.
"""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTH, HEIGHT = 1280, 1000
COLOURS = 64  # of the palette: a page of text stays sharp and weighs a tenth
READY = 60.0  # seconds for the portal to answer


@dataclass(frozen=True)
class Shot:
    """A picture: its file, who looks (nobody: the public), where from, and the addresses of the links to follow."""

    name: str
    who: str
    start: str
    follow: Sequence[str] = ()


SHOTS = (
    Shot("accueil", "", "/"),
    Shot("orientation", "", "/orientation/"),
    Shot("connexion", "", "/connexion/"),
    Shot("verifier", "", "/documents/verifier/"),
    Shot("tableau-de-bord", "concurrente", "/tableau-de-bord/"),
    Shot("parcours", "concurrente", "/services/", ["/services/S-[^/]+/$"]),
    Shot("candidature", "concurrente", "/services/", ["/services/S-[^/]+/$", "/candidatures/C-[^/]+/$"]),
    Shot(
        "etablissements", "concurrente", "/services/", ["/services/S-[^/]+/$", "/etablissements/$", "/listes/L-[^/]+/$"]
    ),
    Shot("certificat", "concurrente", "/services/", ["/services/S-[^/]+/$", "/certificats/CE-[^/]+/$"]),
    Shot("tests", "concurrente", "/tests/", ["/tests/T-[^/]+/$"]),
    Shot("acces", "concurrente", "/habilitations/", ["/habilitations/H-[^/]+/$", "/acces/$"]),
    Shot("se-connecter", "concurrente", "/habilitations/", ["/habilitations/H-[^/]+/$", "/se-connecter/$"]),
    Shot("changement", "concurrente", "/habilitations/", ["/habilitations/H-[^/]+/$", "/changer/$"]),
    Shot("diagnostic", "concurrente", "/pourquoi-ma-connexion-echoue/"),
    Shot("bureau", "instructrice", "/bureau/"),
    Shot("dossiers", "instructrice", "/dossiers/"),
    Shot("dossier", "instructrice", "/dossiers/", ["/dossiers/C-[^/]+/$"]),
    Shot("dossier-consommation", "instructrice", "/dossiers/?sens=consumption", ["/dossiers/C-[^/]+/$"]),
    Shot("comite", "secretaire", "/comite/"),
    Shot("seance", "secretaire", "/comite/", ["/comite/CS-[^/]+/$"]),
    Shot("point", "secretaire", "/comite/", ["/comite/CS-[^/]+/$", "/points/C-[^/]+/$"]),
    Shot("courriers", "secretaire", "/modeles/", ["/modeles/ML-[^/]+/$"]),
    Shot("manquement", "gestionnaire_1", "/manquements/", ["/manquements/MQ-[^/]+/$"]),
    Shot("mesure", "gestionnaire_1", "/mesures/", ["/mesures/ME-[^/]+/$"]),
    Shot("chiffres", "secretaire", "/chiffres/"),
    Shot("liste-blanche", "gestionnaire_1", "/liste-blanche/"),
    Shot("inscription", "gestionnaire_1", "/liste-blanche/", ["/liste-blanche/LB-[^/]+/$"]),
    Shot("renouvellement", "gestionnaire_1", "/liste-blanche/", ["/liste-blanche/LB-[^/]+/$", "/renouvellement/$"]),
    Shot("echeances", "gestionnaire_1", "/certificats/echeances/"),
    Shot("autorite", "gestionnaire_1", "/certificats/campagnes/", ["/campagnes/RA-[^/]+/$"]),
    Shot("matrice", "politique", "/politique/", ["/matrice/$"]),
    Shot("simulateur", "politique", "/simulateur/"),
    Shot("reglages", "administrateur", "/reglages/"),
)


class Command(BaseCommand):
    """Takes the pictures of the guides."""

    help = "Photographie les pages de la démonstration pour les guides (docs/images/)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which site, where to, and which pictures only."""
        parser.add_argument("--site", default="", help="démonstration déjà ouverte, par exemple http://localhost:8000")
        parser.add_argument("--to", type=Path, default=Path(settings.BASE_DIR) / "docs" / "images")
        parser.add_argument("--only", nargs="*", default=[], help="noms d’images, sans extension")
        parser.add_argument("--chromium", default="/usr/bin/chromium")

    def handle(self, *args: Any, site: str, to: Path, only: list[str], chromium: str, **options: Any) -> None:
        """Raises CommandError naming the pages that could not be reached."""
        from playwright.sync_api import sync_playwright

        to.mkdir(parents=True, exist_ok=True)
        wanted = [shot for shot in SHOTS if not only or shot.name in only]
        with _site(site) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            missed = [shot.name for shot in wanted if not _take(browser, address, shot, to)]
            browser.close()
        self.stdout.write(f"{len(wanted) - len(missed)} images dans {to}.")
        if missed:
            raise CommandError(f"Pages absentes de cette démonstration : {', '.join(missed)}.")


@contextmanager
def _site(address: str) -> Iterator[str]:
    """The address given, or that of a demonstration made for the occasion and thrown away."""
    if address:
        yield address.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="captures-") as folder:
        port = _free_port()
        own = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "DEMO": "1"}
        own["DJANGO_SETTINGS_MODULE"] = "portal.settings.dev"
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "prepare"], cwd=settings.BASE_DIR, env=own, check=True)  # noqa: S603
        server = subprocess.Popen([*manage, "serve", "--port", str(port)], cwd=settings.BASE_DIR, env=own)  # noqa: S603
        try:
            _wait(f"http://localhost:{port}")
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    """Until the portal answers. Raises CommandError after READY seconds."""
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline:
        try:
            urlopen(f"{address}/healthz").close()  # noqa: S310 - our own server
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise CommandError(f"La démonstration ne répond pas à {address}.")


def _take(browser: "Browser", site: str, shot: Shot, to: Path) -> bool:
    """Writes one picture; False when a link of the way is missing."""
    context = browser.new_context(locale="fr-FR", viewport={"width": WIDTH, "height": HEIGHT})
    page = context.new_page()
    try:
        if shot.who:
            page.goto(f"{site}/connexion/")
            page.locator(f"button[value='{shot.who}']").click()
            page.wait_for_load_state("load")
        page.goto(site + shot.start)
        if not all(_follow(page, site, pattern) for pattern in shot.follow):
            return False
        (to / f"{shot.name}.png").write_bytes(_small(_framed(page, whole=not shot.who)))
    finally:
        context.close()
    return True


def _follow(page: "Page", site: str, pattern: str) -> bool:
    """Opens the first link of the content whose address has this shape; False when there is none."""
    addresses = page.locator("main a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    found = next((address for address in addresses if re.search(pattern, address)), None)
    if found is None:
        return False
    page.goto(site + found)
    return True


def _framed(page: "Page", *, whole: bool) -> bytes:
    """The window; or the content alone, which is what an inner page has to show."""
    if whole:
        return page.screenshot()
    box = page.locator("main").bounding_box()
    assert box is not None  # every page has one
    top, height = box["y"], min(HEIGHT - 100, box["height"])
    return page.screenshot(full_page=True, clip={"x": 0, "y": top, "width": WIDTH, "height": height})


def _small(picture: bytes) -> bytes:
    """The same picture on a palette."""
    from PIL import Image

    kept = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(kept, "PNG", optimize=True)
    return kept.getvalue()
