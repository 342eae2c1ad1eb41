"""A strict reader of DER (ITU-T X.690 §10): tag, length, content, and nothing more.

It serves where the exact bytes matter (names, duplicated extensions, the two copies of the signature algorithm) and
to tell what a file is before a parser opens it. Definite, minimal lengths and one-octet tags only: anything else is
not DER of an X.509 object, and raises ValueError.
"""

from functools import lru_cache
from typing import NamedTuple

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
UTF8_STRING = 0x0C
NUMERIC_STRING = 0x12
PRINTABLE_STRING = 0x13
TELETEX_STRING = 0x14
IA5_STRING = 0x16
VISIBLE_STRING = 0x1A
UNIVERSAL_STRING = 0x1C
BMP_STRING = 0x1E
SEQUENCE = 0x30
SET = 0x31


class Element(NamedTuple):
    """One element: its identifier octet, its content and its whole encoding (identifier and length included)."""

    tag: int
    content: bytes
    encoding: bytes

    def children(self) -> list["Element"]:
        """The elements that the content is made of. Raises ValueError when it is not made of elements."""
        return elements(self.content)


_made = tuple.__new__  # what the class itself calls, without its parsing of arguments


def first(data: bytes) -> Element:
    """The element at the start of `data`; what follows it is left alone. Raises ValueError."""
    return _read(data, at_most=1)[0]


def _read(data: bytes, *, at_most: int = 0) -> list[Element]:
    """The elements that follow one another from the start, all of them or so many; each is one slice of the data.

    One loop for everything: a certificate is made of some eighty elements, and thousands of them are read again each
    night.
    """
    found, begin, size = [], 0, len(data)
    while True:
        if size < begin + 2:
            raise ValueError("truncated element")
        tag, length, start = data[begin], data[begin + 1], begin + 2
        if tag & 0x1F == 0x1F:
            raise ValueError("tag on several octets")
        if length >= 0x80:
            start, length = _content_span(data, begin)
        end = start + length
        if size < end:
            raise ValueError("content shorter than its announced length")
        found.append(_made(Element, (tag, data[start:end], data[begin:end])))
        if end == size or len(found) == at_most:
            return found
        begin = end


def whole(data: bytes) -> Element:
    """The only element of `data`. Raises ValueError when bytes follow it."""
    element = first(data)
    if len(element.encoding) != len(data):
        raise ValueError("bytes follow the element")
    return element


def elements(data: bytes) -> list[Element]:
    """The elements that follow one another in `data`. Raises ValueError when something there is not one."""
    return _read(data) if data else []


@lru_cache(maxsize=1024)
def dotted(content: bytes) -> str:
    """The dotted form of an object identifier's content (X.690 §8.19). Raises ValueError."""
    if not content or content[-1] & 0x80:
        raise ValueError("truncated object identifier")
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    root = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (root, arcs[0] - 40 * root, *arcs[1:]))


def _content_span(data: bytes, begin: int) -> tuple[int, int]:
    """Where the content of the element that begins there starts, and its length, written on several octets."""
    count = data[begin + 1] & 0x7F
    if not 1 <= count <= 4 or len(data) < begin + 2 + count:
        raise ValueError("indefinite, oversize or truncated length")
    length = int.from_bytes(data[begin + 2 : begin + 2 + count], "big")
    if length < 0x80 or length >> 8 * (count - 1) == 0:
        raise ValueError("length not minimal")
    return begin + 2 + count, length


def encode(tag: int, content: bytes) -> bytes:
    """The encoding of one element, with its minimal length."""
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
