"""What may stand in the headers of a mail: one line, visible characters, one recipient per address."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

MAX_SUBJECT = 180
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}|[A-Za-z0-9._+-]{1,64}@localhost"
)


class Unaddressable(Exception):
    """An address that a header cannot carry; the message shows it with its control characters escaped."""


def subject(text: str) -> str:
    """The subject on one line, without control, direction or line-break characters, at most 180 characters."""
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" and c != "\u00a0" else c for c in text)
    line = re.sub(r" +", " ", plain).strip()
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1].rstrip() + "…"


def recipients(addresses: Sequence[str]) -> list[str]:
    """The addresses without duplicates, in order. Raises Unaddressable for one that is no plain address."""
    for address in addresses:
        if not _ADDRESS.fullmatch(address):
            raise Unaddressable(f"Adresse refusée : {address[:100]!a}")
    return list({address.lower(): address for address in addresses}.values())


def digest(addresses: Sequence[str]) -> str:
    """SHA-256 of a set of addresses, whatever their order and case."""
    return hashlib.sha256("\n".join(sorted(address.lower() for address in addresses)).encode()).hexdigest()


def message_id(source_id: str, template: str, recipients_digest: str, host: str) -> str:
    """The Message-ID of a mail: the same for every attempt to send it."""
    mark = hashlib.sha256(f"{template}\n{recipients_digest}".encode()).hexdigest()[:12]
    return f"<{source_id}.{mark}@{host}>"


def file_name(name: str) -> str:
    """An attachment's name without line break, quote or folder."""
    return re.sub(r'[\\/"<>]', "_", subject(name))[:120] or "document"
