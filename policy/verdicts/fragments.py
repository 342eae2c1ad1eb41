"""Cuts the bytes of a publication into its entries without reading them, to tell those that did not change.

The body is canonical JSON (`policy.whitelist.publication`): keys sorted, so that every entry begins with the same one,
and that beginning cannot stand inside a text, where its quotes would be escaped. A body that is not written so is not
cut: it is read whole.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

OPENING, CLOSING = b'"entries":[', b'],"environment":'
FIRST = b'{"access_profile":'  # how every entry begins
BETWEEN = b"}," + FIRST


class DocumentRefused(ValueError):
    """The document is no publication; nothing can be decided from it."""


class Pieces(NamedTuple):
    """The document without its entries, and the bytes of each entry."""

    frame: Mapping[str, Any]
    entries: list[bytes]


def cut(body: bytes) -> Pieces | None:
    """The pieces of a body; None when it is not written as expected, or has not as many entries as it announces."""
    start, end = body.find(OPENING), body.rfind(CLOSING)
    if not 0 <= start < end:
        return None
    inside = body[start + len(OPENING) : end]
    if inside and not (inside.startswith(FIRST) and inside.endswith(b"}")):
        return None
    entries = inside[len(FIRST) : -1].split(BETWEEN) if inside else []
    try:
        frame = orjson.loads(body[: start + len(OPENING)] + body[end:])
    except orjson.JSONDecodeError:
        return None
    return Pieces(frame, entries) if isinstance(frame, dict) and frame.get("count") == len(entries) else None


def digest(piece: bytes) -> str:
    """What tells an entry from every other."""
    return hashlib.blake2b(piece, digest_size=16).hexdigest()


def read(piece: bytes) -> Any:
    """The entry that a piece states. Raises DocumentRefused."""
    return _parsed(FIRST + piece + b"}")


def whole(body: bytes) -> Any:
    """The document, read whole. Raises DocumentRefused."""
    return _parsed(body)


def _parsed(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise DocumentRefused("la publication n’est pas du JSON lisible") from error
