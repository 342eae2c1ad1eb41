"""Legal texts as plain prose: headings, paragraphs and lists, without any markup language, and the exact bytes signed.

A body is made of blocks separated by a blank line: ``# Heading``, ``## Subheading``, lines beginning with ``- `` (a
list), or a paragraph.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

HEADING, SUBHEADING, LIST, PARAGRAPH = "heading", "subheading", "list", "paragraph"


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its kind, its text, or its items for a list."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()


def tidy(text: str) -> str:
    """The text as kept: composed characters, one kind of line break, no space before it, no control character."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.rstrip() for line in composed.split("\n"))
    kept = "\n".join("".join(c for c in line if unicodedata.category(c)[0] != "C") for line in lines)
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def blocks(body: str) -> list[Block]:
    """The blocks of a tidy body, in order."""
    return [_block(part.strip()) for part in body.split("\n\n") if part.strip()]


def _block(part: str) -> Block:
    if part.startswith("## "):
        return Block(SUBHEADING, part[3:].strip())
    if part.startswith("# "):
        return Block(HEADING, part[2:].strip())
    lines = part.split("\n")
    if all(line.startswith("- ") for line in lines):
        return Block(LIST, items=tuple(line[2:].strip() for line in lines))
    return Block(PARAGRAPH, " ".join(line.strip() for line in lines))


def lines(text: str) -> list[str]:
    """The lines of a short text, without blank ones."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def canonical(*, title: str, number: int, commitments: str, body: str) -> bytes:
    """The exact bytes of a version, in UTF-8: what is shown, signed, attached to the signed document, and digested."""
    listed = "".join(f"- {line}\n" for line in lines(commitments))
    heading = f"{title}\nVersion {number}\n"
    return (heading + (f"\nSigner engage à :\n{listed}" if listed else "") + f"\n{body}\n").encode()


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
