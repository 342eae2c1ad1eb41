"""Printing: conformity, limits, and a press that fetches nothing."""

import io
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from portal.documents import press, printing, qr
from portal.documents.printing import Embedded, Unprintable, render

CANARY_TEXT = "contenu-du-fichier-secret"


def page(body: str, head: str = "") -> str:
    """A whole document around a fragment."""
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Essai</title>{head}</head>'
        f"<body><h1>Essai</h1>{body}</body></html>"
    )


class Canary:
    """A server that counts the connections it receives."""

    def __init__(self) -> None:
        self.hits = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    canary = Canary()
    yield canary
    canary.socket.close()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
VECTORS = {
    "image": '<img alt="x" src="{url}">',
    "image set": '<img alt="x" srcset="{url} 2x" src="{url}">',
    "sheet": '<link rel="stylesheet" href="{url}">',
    "attached file": '<link rel="attachment" href="{url}">',
    "attached anchor": '<a rel="attachment" href="{url}">x</a>',
    "import": "<style>@import url({url});</style>",
    "background": '<p style="background: url({url})">x</p>',
    "font": "<style>@font-face {{ font-family: vol; src: url({url}) }} p {{ font-family: vol }}</style><p>x</p>",
    "inline image": f'{SVG}<image href="{{url}}" width="9" height="9"/></svg>',
    "inline use": f'{SVG}<use href="{{url}}#a"/></svg>',
    "inline sheet": f"{SVG}<style>@import url({{url}});</style><path/></svg>",
    "list": '<ul style="list-style-image: url({url})"><li>x</li></ul>',
    "content": "<style>p::before {{ content: url({url}) }}</style><p>x</p>",
    "object": '<object data="{url}" type="image/png">x</object>',
    "embed": '<embed src="{url}" type="image/png">',
    "border": '<p style="border: 9px solid; border-image: url({url}) 9">x</p>',
    "mask": '<p style="border-image-source: url({url}); border-style: solid">x</p>',
    "data image": '<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 '
    'height=%229%22%3E%3Cimage href=%22{url}%22 width=%229%22 height=%229%22/%3E%3C/svg%3E">',
    "base": '<base href="{url}"><img alt="x" src="x.png">',
    "page": "<style>@page {{ background: url({url}) }}</style>",
    "iframe": '<iframe src="{url}"></iframe>',
}
UNSEEN = {
    "iframe",
    "inline sheet",
    "inline use",
}  # the library does not look at them: printed without them, nothing fetched


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("scheme", ["http", "https", "ftp", "//", "file", "asset"])
def test_printing_fetches_nothing_and_fails_when_a_document_names_anything(
    vector: str, scheme: str, canary: Canary, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_text(CANARY_TEXT)
    place = f"127.0.0.1:{canary.port}/a.png"
    url = {"file": f"file://{secret}", "//": f"//{place}", "asset": "asset:secret"}.get(scheme, f"{scheme}://{place}")
    before = canary.hits
    try:
        content = render(page(VECTORS[vector].format(url=url)), theme="neutral")
    except Unprintable:
        content = b""
    assert canary.hits == before
    assert not content or vector in UNSEEN
    assert CANARY_TEXT.encode() not in expanded(content)


def expanded(content: bytes) -> bytes:
    """The streams of a PDF, decompressed."""
    if not content:
        return b""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return b"".join(item.read_bytes() for item in pdf.objects if isinstance(item, pikepdf.Stream))


@pytest.mark.parametrize("theme", ["neutral", "state"])
def test_file_is_pdf_a_3a_and_pdf_ua_1_with_title_language_and_embedded_fonts(theme: str) -> None:
    body = f'<p>« Société Œuvre » – 12 €</p><img alt="Code QR" src="{qr.svg_uri("https://exemple.fr/v/ABC")}">'
    content = render(page(body), theme=theme, embedded=[Embedded("texte.txt", "Texte exact", b"abc")])
    with pikepdf.open(io.BytesIO(content)) as pdf:
        metadata = pdf.open_metadata()
        assert metadata.pdfa_status == "3A"
        assert metadata["pdfuaid:part"] == "1"
        assert pdf.docinfo["/Title"] == "Essai"
        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.attachments["texte.txt"].get_file().read_bytes() == b"abc"
        assert unembedded_fonts(pdf) == []
    assert b"http://127" not in content


def unembedded_fonts(pdf: pikepdf.Pdf) -> list[str]:
    """Names of the fonts whose program is not inside the file."""
    descriptors = [
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    return [
        str(item.FontName) for item in descriptors if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys())
    ]


def test_two_printings_of_one_document_give_the_same_bytes() -> None:
    assert render(page("<p>a</p>"), theme="neutral") == render(page("<p>a</p>"), theme="neutral")


def nested(depth: int) -> str:
    return "<div>" * depth + "x" + "</div>" * depth


HOSTILE = {
    "long word": "<p>" + "m" * 20_000 + "</p>",
    "long text": "<p>" + "mot " * 25_000 + "</p>",
    "deep blocks": nested(300),
    "very deep blocks": nested(5_000),
    "deep spans": "<span>" * 3_000 + "x",
    "many rows": "<table>" + "<tr><td>a</td><td>b</td></tr>" * 1_000 + "</table>",
    "many columns": "<table><tr>" + "<td>a</td>" * 1_000 + "</tr></table>",
    "huge span": '<table><tr><td colspan="999999999" rowspan="999999999">a</td></tr></table>',
    "huge size": '<p style="width: 1e308px; padding: 99999999999px">a</p>',
    "huge font": '<p style="font-size: 1e9px">a</p>',
    "combining": "<p>" + "e" + "\u0301" * 20_000 + "</p>",
    "directions": "<p>" + "\u202e\u2067a\u202c" * 5_000 + "</p>",
    "controls": "<p>\x00\x01\x0b\ud800\uffff</p>",
    "emoji": "<p>" + "👩‍👩‍👧‍👦" * 500 + "</p>",
    "many lists": "<ol>" * 200 + "<li>a",
    "unclosed": "<p><b><i><table><td",
}


@pytest.mark.slow
@pytest.mark.parametrize("case", HOSTILE)
def test_printing_ends_in_time_and_the_press_serves_again_when_the_input_is_hostile(case: str) -> None:
    began = time.monotonic()
    try:
        content = render(page(HOSTILE[case]), theme="neutral")
        assert content.startswith(b"%PDF-")
    except Unprintable:
        pass
    assert time.monotonic() - began <= printing.SECONDS + 2
    assert render(page("<p>ensuite</p>"), theme="neutral").startswith(b"%PDF-")


def test_printing_fails_and_the_press_is_replaced_when_it_lasts_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    render(page("<p>chaude</p>"), theme="neutral")
    monkeypatch.setattr(printing, "SECONDS", 0.01)
    with pytest.raises(Unprintable, match="secondes"):
        render(page("<p>a</p>" * 3_000), theme="neutral")
    monkeypatch.undo()
    assert render(page("<p>ensuite</p>"), theme="neutral").startswith(b"%PDF-")


def test_printing_tells_what_the_press_said_when_it_cannot_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "portal" / "documents"
    broken.mkdir(parents=True)
    (broken / "press.py").write_text("raise OSError('libpango absente')")
    printing.close()
    with monkeypatch.context() as patched, pytest.raises(Unprintable, match=r"arrêtée \(OSError: libpango absente\)"):
        patched.setattr(printing, "ROOT", tmp_path)
        render(page("<p>a</p>"), theme="neutral")
    assert render(page("<p>a</p>"), theme="neutral").startswith(b"%PDF-")


def test_press_inherits_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", CANARY_TEXT)
    printing.close()
    render(page("<p>a</p>"), theme="neutral")
    process = printing._current[0].process
    assert CANARY_TEXT.encode() not in Path(f"/proc/{process.pid}/environ").read_bytes()


DOORS = {
    "network": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "names": "import socket; socket.getaddrinfo('exemple.fr', 80)",
    "program": "import subprocess; subprocess.run(['true'])",
    "shell": "import os; os.system('true')",
    "copy": "import os; os.fork()",
}


@pytest.mark.parametrize("door", DOORS)
def test_press_forbids_network_and_programs_once_its_doors_are_closed(door: str) -> None:
    code = f"from portal.documents import press; press._close_the_doors(); {DOORS[door]}"
    ended = subprocess.run([sys.executable, "-c", code], cwd=printing.ROOT, capture_output=True, text=True, check=False)
    assert "PermissionError" in ended.stderr


def test_press_writes_no_file_once_its_doors_are_closed(tmp_path: Path) -> None:
    path = str(tmp_path / "a")
    code = f"from portal.documents import press; press._close_the_doors(); open({path!r}, 'wb', 0).write(b'a')"
    ended = subprocess.run([sys.executable, "-c", code], cwd=printing.ROOT, capture_output=True, text=True, check=False)
    assert "File too large" in ended.stderr
    assert not (tmp_path / "a").stat().st_size


@pytest.mark.parametrize("theme", ["neutral", "state"])
def test_sheets_of_a_theme_hold_nothing_that_the_library_ignores(theme: str, caplog: pytest.LogCaptureFixture) -> None:
    press.sheets.__wrapped__(theme)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_printing_fails_when_an_image_has_no_alternative_text() -> None:
    with pytest.raises(Unprintable, match="no required alt"):
        render(page(f'<img src="{qr.svg_uri("https://exemple.fr")}">'), theme="neutral")
