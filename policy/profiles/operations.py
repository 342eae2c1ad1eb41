"""Importing a policy file and publishing a version."""

import hashlib
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from portal.audit.record import Event
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving

from . import rulebook_file
from .lifecycle import Move, State
from .models import PolicyVersion
from .rulebook import Rulebook

PARIS = ZoneInfo("Europe/Paris")
MISTAKES_SHOWN = 20


def import_rulebook(data: bytes | str, *, by: Any, at: datetime | None = None) -> PolicyVersion:
    """Keeps a policy file as a draft, or as the new text of the draft that bears its number.

    Raises Refused (field ``file``) when the file is no rulebook, with every mistake and its line, or when a published
    version bears the number.
    """
    text = _text(data)
    book = _rulebook(text)
    former = PolicyVersion.objects.filter(number=book.number).first()
    if former and former.state == State.PUBLISHED:
        raise Refused(
            f"La version {book.number} est publiée : elle ne change plus. Donnez un autre numéro à ce fichier.",
            field="file",
        )
    version, move = (former, Move.REPLACE) if former else (PolicyVersion(number=book.number), Move.IMPORT)
    with moving(version, move, by=by, at=at) as (current, event):
        _write(current, book, text, event)
    return version


def publish(version: PolicyVersion, *, by: Any, at: datetime | None = None) -> None:
    """Freezes a draft; it holds from the date in its file (midnight in Paris), or from now if that date has passed."""
    with moving(version, Move.PUBLISH, by=by, at=at) as (current, event):
        book = _rulebook(current.source)
        wished = datetime.combine(book.effective_date, time(), tzinfo=PARIS)
        current.published_at = event.at
        current.effective_at = max(wished, event.at)
        event.note(effective_on=current.effective_at.astimezone(PARIS).strftime("%d/%m/%Y"))


def install_shipped(*, by: Any = None, at: datetime | None = None) -> PolicyVersion:
    """Imports and publishes the policy delivered with the portal; does nothing once a policy is published."""
    if published := PolicyVersion.objects.published().order_by("pk").first():
        return published
    version = import_rulebook(rulebook_file.SHIPPED.read_bytes(), by=by, at=at)
    publish(version, by=by, at=at)
    return version


def _text(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("Le fichier de politique n’est pas un texte en UTF-8.", field="file") from error


def _rulebook(text: str) -> Rulebook:
    try:
        return rulebook_file.read(text)
    except rulebook_file.RulebookRefused as refusal:
        said = [str(mistake) for mistake in refusal.mistakes]
        more = len(said) - MISTAKES_SHOWN
        said = said[:MISTAKES_SHOWN] + ([f"Et {more} autres erreurs."] if more > 0 else [])
        raise Refused("\n".join(said), field="file") from refusal


def _write(current: PolicyVersion, book: Rulebook, text: str, event: Event) -> None:
    current.title = book.title
    current.source = text
    current.digest = hashlib.sha256(text.encode()).hexdigest()
    current.imported_at = event.at
    event.note(rules=str(len(book.rules)), digest=current.digest[:12])
