"""Notices of non-delivery that come back after a relay took a mail, read under limits (RFC 3462, 3464, 5322)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import Any

LONGEST = 512 * 1024  # bytes of one notice: relays quote headers, or the mail itself
MOST_RECIPIENTS = 100
MOST_PARTS = 10
LONGEST_REASON = 300
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,198}>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ADDRESS = re.compile(r"[!-~]{1,254}")


class Unreadable(Exception):
    """What arrived is no usable notice of non-delivery; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One address, in lower case, that a mail did not reach for good: every spelling named, and the server's words."""

    addresses: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one notice says: the Message-ID of the mail that came back, and the addresses not reached."""

    message_id: str
    failures: tuple[Failure, ...]


def read(content: bytes) -> Report:
    """Reads a notice. Delays, relays and deliveries are no failures: the report may name none.

    Raises Unreadable for what is too long, is no notice of this form, or does not quote the mail it is about.
    """
    if len(content) > LONGEST:
        raise Unreadable(f"L’avis dépasse {LONGEST // 1024} Ko.")
    try:
        parts = _parts(message_from_bytes(content))
        blocks = _named(parts, "message/delivery-status").get_payload()
        return Report(_message_id(parts), tuple(_failures(blocks)))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unreadable("L’avis est mal formé.") from error


def _parts(message: Message) -> list[Message]:
    if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "delivery-status":
        raise Unreadable("Ce message n’est pas un avis de non-remise (multipart/report, delivery-status).")
    payload: Any = message.get_payload()
    return [one for one in payload[:MOST_PARTS] if isinstance(one, Message)] if isinstance(payload, list) else []


def _named(parts: Iterable[Message], *types: str) -> Message:
    found = next((one for one in parts if one.get_content_type() in types), None)
    if found is None:
        raise Unreadable(f"L’avis n’a pas de partie {types[0]}.")
    return found


def _message_id(parts: Iterable[Message]) -> str:
    """The Message-ID of the mail quoted, whole or by its headers only."""
    quoted = _named(parts, "text/rfc822-headers", "message/rfc822")
    payload: Any = quoted.get_payload()
    original = payload[0] if isinstance(payload, list) else message_from_string(str(payload))
    found = _MESSAGE_ID.fullmatch(_line(original["Message-ID"]))
    if found is None:
        raise Unreadable("L’avis ne cite pas l’identifiant du message d’origine.")
    return found.group()


def _failures(blocks: Any) -> Iterable[Failure]:
    """The blocks of recipients whose action is « failed », the first block being that of the whole message."""
    for block in blocks[1 : MOST_RECIPIENTS + 1]:
        if _line(block["Action"]).lower() != "failed":
            continue
        named = frozenset(_address(block[name]) for name in ("Original-Recipient", "Final-Recipient")) - {""}
        if named:
            yield Failure(named, _reason(_line(block["Status"]), _line(block["Diagnostic-Code"])))


def _address(field: Any) -> str:
    """The address of « rfc822; address », in lower case; empty for another type or for what is none."""
    kind, _, address = _line(field).partition(";")
    address = address.strip().strip("<>").lower()
    return address if kind.strip().lower() == "rfc822" and _ADDRESS.fullmatch(address) else ""


def _reason(status: str, diagnostic: str) -> str:
    code = status if _STATUS.fullmatch(status) else ""
    said = diagnostic.partition(";")[2].strip() or diagnostic
    return " ".join(filter(None, ["Revenu après envoi :", code, said]))[:LONGEST_REASON]


def _line(value: Any) -> str:
    """A field on one line of visible characters; empty when it is absent."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value or "")).split())
