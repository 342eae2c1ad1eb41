"""The press: HTML in, PDF out, in a process of its own that can neither reach the network nor start another program.

Run by `printing` as ``python -m portal.documents.press``. It reads jobs on its standard input and writes answers on its
standard output, each preceded by its length on four bytes. The only module that imports WeasyPrint.

One file satisfies PDF/A-3a and PDF/UA-1 together: WeasyPrint writes the first, `_declare_accessible` adds the second's
identifier and its extension schema to the metadata (ISO 14289-1, ISO 19005-3).
"""

import base64
import importlib.util
import io
import json
import logging
import re
import resource
import signal
import struct
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any, Self

DATA = Path(__file__).parent / "data"
MEMORY = 1024 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 20  # for one document
LENGTH = struct.Struct("!I")
REFUSED, BROKEN = b"refused ", b"broken "  # what an answer begins with when it is no PDF
FONTS = {"asset:marianne-regular": "Marianne-Regular.woff2", "asset:marianne-bold": "Marianne-Bold.woff2"}
FORBIDDEN_EVENTS = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendto",
        "socket.sendmsg",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "os.forkpty",
        "pty.spawn",
    }
)

_LONG_DATA = re.compile(r"data:[^\s\"']{40,}")
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""'
_ACCESSIBLE = (
    f'<rdf:Description {_RDF} xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>'
    f'</rdf:Description><rdf:Description {_RDF} xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Indicates which part of ISO 14289 standard is followed</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
).encode()


class Unprintable(Exception):
    """The document cannot be printed whole; nothing is printed then."""


@cache
def assets() -> Mapping[str, bytes]:
    """The only things a document may name, by their exact address, held in memory."""
    spec = importlib.util.find_spec("dsfr")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "static/dsfr/dist/fonts"
    return {address: (folder / name).read_bytes() for address, name in FONTS.items()}


@cache
def fetcher() -> Any:
    """What answers WeasyPrint when a document names something: `data:` images, the assets above, or the end."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OnlyAssets(URLFetcher):
        """Serves an exact list; anything else stops the printing, for a plain exception would be swallowed."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """The asset of that address. Raises the library's fatal error for any other."""
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            if (data := assets().get(url)) is None:
                raise FatalURLFetchingError(url[:200])
            return URLFetcherResponse(url, data, {"Content-Type": "font/woff2"})

    return OnlyAssets()


@cache
def sheets(theme: str) -> tuple[list[Any], Any]:
    """The style sheets of a theme and their fonts, read once for all documents."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    names = [DATA / f"{theme}.css", DATA / "document.css"]
    read = [CSS(string=name.read_text(), font_config=fonts, url_fetcher=fetcher(), base_url=None) for name in names]
    return read, fonts


def print_pdf(html: str, *, theme: str, attachments: list[dict[str, str]]) -> bytes:
    """The PDF of a whole HTML document. Raises Unprintable: the library's fatal error is converted here, only here.

    `attachments` holds dictionaries with ``name``, ``description`` and ``data`` (base64).
    """
    from weasyprint import HTML, Attachment
    from weasyprint.urls import FatalURLFetchingError

    stylesheets, fonts = sheets(theme)
    embedded = [
        Attachment(
            file_obj=io.BytesIO(base64.b64decode(one["data"])),
            name=one["name"],
            description=one["description"],
            relationship="Data",
        )
        for one in attachments
    ]
    with _Strict() as strict:
        try:
            pdf: bytes = HTML(string=html, base_url=None, url_fetcher=fetcher()).write_pdf(
                stylesheets=stylesheets,
                font_config=fonts,
                pdf_variant="pdf/a-3a",
                finisher=_declare_accessible,
                attachments=embedded or None,
            )
        except FatalURLFetchingError as error:
            raise Unprintable(f"adresse refusée : {error}") from None
    strict.raise_first()
    return pdf


def _declare_accessible(document: Any, pdf: Any) -> None:
    for item in pdf.objects:
        if getattr(item, "extra", None) and item.extra.get("Type") == "/Metadata":
            raw = item.stream[0]
            end = raw.rindex(b"</ns0:RDF>") if b"</ns0:RDF>" in raw else raw.rindex(b"</rdf:RDF>")
            item.stream[0] = raw[:end] + _ACCESSIBLE + raw[end:]


class _Strict(logging.Handler):
    """What the library only logs (a missing image, a relative address) is a failure: never half a document."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []
        self.logger = logging.getLogger("weasyprint")

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps errors, and the warnings that hide an address left out; other warnings are about style."""
        said = record.getMessage()
        if record.levelno >= logging.ERROR or "Relative URI" in said:
            self.found.append(_LONG_DATA.sub("data:…", said))

    def __enter__(self) -> Self:
        self.logger.addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        self.logger.removeHandler(self)

    def raise_first(self) -> None:
        """Raises Unprintable when something went wrong."""
        if self.found:
            raise Unprintable(self.found[0][:300])


def _answer(job: dict[str, Any]) -> bytes:
    _allow_cpu(CPU_SECONDS)
    try:
        return print_pdf(job["html"], theme=job["theme"], attachments=job["attachments"])
    except Unprintable as error:
        return REFUSED + str(error).encode()
    except Exception as error:  # whatever the document did, the press answers, then is replaced
        return BROKEN + f"{type(error).__name__} : {str(error)[:300]}".encode()


def _allow_cpu(seconds: int) -> None:
    used = int(time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def _close_the_doors() -> None:
    """From here on: no network, no other program, no file written, bounded memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in FORBIDDEN_EVENTS:
            raise PermissionError(event)

    sys.addaudithook(refuse)


def _read(stream: IO[bytes]) -> bytes | None:
    header = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(header)[0]) if len(header) == LENGTH.size else None


def main() -> None:
    """Serves jobs until the standard input closes, that is until the portal's process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the portal: the document under way is finished
    for theme in ("neutral", "state"):
        sheets(theme)
    _close_the_doors()
    while (job := _read(sys.stdin.buffer)) is not None:
        answer = _answer(json.loads(job))
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
