"""The text fields of an official PDF: which it has, which of ours each looks like, and the PDF filled.

A hostile file is bounded by the size of uploads and by `MOST_FIELDS`; scripts and actions of the PDF are dropped.
"""

import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pikepdf

MOST_FIELDS = 300
DEPTH = 8


class Unreadable(Exception):
    """The file is no PDF that can be read and filled; `sentence` says why in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def names(data: bytes) -> list[str]:
    """The full names of the text fields, in order; empty for a PDF without a form. Raises Unreadable."""
    with _opened(data) as pdf:
        return [name for name, _ in _texts(pdf)]


def filled(data: bytes, values: Mapping[str, str]) -> bytes:
    """The PDF with these values in its text fields, by full name; viewers draw them anew. Raises Unreadable."""
    with _opened(data) as pdf:
        for name, field in _texts(pdf):
            if name in values:
                field.V = pikepdf.String(values[name])
                if "/AP" in field:
                    del field.AP
        _quieten(pdf)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def guess(name: str, keys: Iterable[tuple[str, str]]) -> str:
    """Which of our (key, label) a PDF field's name looks like; empty when none does, or several."""
    words = _words(name)
    exact = [key for key, label in keys if words and words in (_words(key), _words(label))]
    close = exact or [key for key, label in keys if words and _words(label).endswith(" " + words)]
    return close[0] if len(close) == 1 else ""


def _words(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as error:
        raise Unreadable("Ce PDF est protégé par un mot de passe : il ne peut pas être rempli.") from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise Unreadable("Ce PDF est abîmé : il ne peut pas être lu.") from error


def _texts(pdf: pikepdf.Pdf) -> list[tuple[str, Any]]:
    form: Any = pdf.Root.get("/AcroForm")
    if form is None or "/Fields" not in form:
        return []
    found: list[tuple[str, Any]] = []
    for field in form.Fields:
        for one in _walked(field, "", "", DEPTH):
            found.append(one)
            if len(found) >= MOST_FIELDS:
                return found
    return found


def _walked(field: Any, before: str, kind: str, depth: int) -> Iterator[tuple[str, Any]]:
    own = str(field.get("/T", ""))
    name = f"{before}.{own}" if before and own else before or own
    kind = str(field.get("/FT", kind))
    children = [child for child in field.get("/Kids", []) if "/T" in child]
    if children and depth:
        for child in children:
            yield from _walked(child, name, kind, depth - 1)
    elif kind == "/Tx" and name:
        yield name, field


def _quieten(pdf: pikepdf.Pdf) -> None:
    """Values are drawn by the viewer; nothing runs when the file opens."""
    if "/AcroForm" in pdf.Root:
        pdf.Root.AcroForm.NeedAppearances = True
    for name in ("/OpenAction", "/AA"):
        if name in pdf.Root:
            del pdf.Root[name]
    if "/Names" in pdf.Root and "/JavaScript" in pdf.Root.Names:
        del pdf.Root.Names["/JavaScript"]
