"""Drafting, checking, approving and publishing versions of the policy."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from portal.audit.record import Event
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving

from . import cell_edit, queries, rulebook_file, rulebook_text
from .cell_edit import Cell, Opening
from .lifecycle import EDITABLE, Move
from .models import PolicyVersion
from .rulebook import Rulebook

PARIS = ZoneInfo("Europe/Paris")
MISTAKES_SHOWN = 20


def import_rulebook(data: bytes | str, *, by: Any, at: datetime | None = None) -> PolicyVersion:
    """Keeps a policy file as a draft, or as the new text of the draft that bears its number.

    Raises Refused (field ``file``) when the file is no rulebook, with every mistake and its line, or when a version
    already approved bears the number.
    """
    text = _text(data)
    book = _rulebook(text)
    former = PolicyVersion.objects.filter(number=book.number).first()
    if former and former.state not in EDITABLE:
        raise Refused(
            f"La version {book.number} est {former.get_state_display().lower()} : elle ne change plus. "
            "Donnez un autre numéro à ce fichier.",
            field="file",
        )
    version, move = (former, Move.REPLACE) if former else (PolicyVersion(number=book.number), Move.IMPORT)
    with moving(version, move, by=by, at=at) as (current, event):
        _write(current, book, text, event, by=by)
    return version


def draft_from(
    version: PolicyVersion, *, number: str, effective_on: date, by: Any, at: datetime | None = None
) -> PolicyVersion:
    """Opens a draft that says what a version says, under another number and date. Raises Refused (``number``)."""
    if PolicyVersion.objects.filter(number=number).exists():
        raise Refused(f"Une version porte déjà le numéro {number}.", field="number")
    book = replace(_rulebook(version.source), number=number, effective_date=effective_on)
    return import_rulebook(rulebook_text.write(book), by=by, at=at)


def set_cell(
    version: PolicyVersion,
    cell: Cell,
    opening: Opening | None,
    *,
    by: Any,
    seen: int | None = None,
    at: datetime | None = None,
) -> None:
    """Opens a cell of a draft under these conditions, or closes it (None). `seen` is the version the person read."""
    label = _rulebook(version.source).elements[cell.element].label
    words = f"profil {cell.profile}, « {label} »"
    _edit(version, words, lambda book: cell_edit.set_cell(book, cell, opening), by=by, seen=seen, at=at)


def settle_choice(
    version: PolicyVersion,
    code: str,
    option: str,
    *,
    confirmed: bool,
    by: Any,
    seen: int | None = None,
    at: datetime | None = None,
) -> None:
    """Makes a choice of a draft stand on an option; `confirmed` says that the agency has decided it."""
    choice = _rulebook(version.source).choices[code]
    words = f"« {choice.question} » {choice.options[option]}"
    changed = lambda book: cell_edit.settle(book, code, option, confirmed=confirmed)  # noqa: E731
    _edit(version, words, changed, by=by, seen=seen, at=at)


def describe(
    version: PolicyVersion,
    *,
    title: str,
    summary: str,
    effective_on: date,
    by: Any,
    seen: int | None = None,
    at: datetime | None = None,
) -> None:
    """Gives a draft its title, its summary and the day from which it shall hold."""
    words = f"en vigueur à compter du {effective_on:%d/%m/%Y}"
    changed = lambda book: replace(book, title=title, summary=summary, effective_date=effective_on)  # noqa: E731
    _edit(version, words, changed, by=by, seen=seen, at=at)


def _edit(
    version: PolicyVersion,
    words: str,
    change: Callable[[Rulebook], Rulebook],
    *,
    by: Any,
    seen: int | None,
    at: datetime | None,
) -> None:
    """Changes the text of a draft, read again under its lock. Raises Refused when the result is no rulebook."""
    with moving(version, Move.EDIT, by=by, at=at, version=seen) as (current, event):
        text = rulebook_text.write(change(_rulebook(current.source)))
        _write(current, _rulebook(text), text, event, by=by)
        event.note(change=words)


def check(version: PolicyVersion, *, by: Any, at: datetime | None = None) -> None:
    """Declares a draft fit for approval. Raises Refused with every finding that stands in the way."""
    with moving(version, Move.CHECK, by=by, at=at) as (current, event):
        found = queries.findings_of(current)
        if blocking := [finding.sentence for finding in found if finding.blocking]:
            raise Refused("\n".join(blocking))
        event.note(remarks=f"{len(found)} remarques" if len(found) > 1 else f"{len(found)} remarque")


def reopen(version: PolicyVersion, *, by: Any, at: datetime | None = None) -> None:
    """Takes a checked or approved version back to the drawing board; its approval is lost."""
    with moving(version, Move.REOPEN, by=by, at=at) as (current, _):
        current.approved_by = current.approved_at = None


def approve(version: PolicyVersion, *, by: Any, at: datetime | None = None) -> None:
    """A second person approves what another prepared; the text no longer changes."""
    with moving(version, Move.APPROVE, by=by, at=at) as (current, event):
        current.approved_by, current.approved_at = by, event.at
        event.note(preparer=str(current.prepared_by or "le portail"), digest=current.digest[:12])


def publish(version: PolicyVersion, *, by: Any, at: datetime | None = None) -> None:
    """Freezes an approved version; it holds from the date in its file (midnight in Paris), or from now if past."""
    with moving(version, Move.PUBLISH, by=by, at=at) as (current, event):
        wished = datetime.combine(_rulebook(current.source).effective_date, time(), tzinfo=PARIS)
        current.published_at = event.at
        current.effective_at = max(wished, event.at)
        event.note(effective_on=current.effective_at.astimezone(PARIS).strftime("%d/%m/%Y"))


def take_effect(version: PolicyVersion, *, at: datetime | None = None) -> None:
    """Notes in the journal that the date of a published version has come; verdicts follow the date by themselves."""
    with moving(version, Move.TAKE_EFFECT, by=None, at=at) as (current, event):
        current.in_force_since = event.at


def install_shipped(*, by: Any = None, at: datetime | None = None) -> PolicyVersion:
    """Installs the policy delivered with the portal, approved by it; does nothing once a policy is published."""
    if published := PolicyVersion.objects.published().order_by("pk").first():
        return published
    version = import_rulebook(rulebook_file.SHIPPED.read_bytes(), by=by, at=at)
    for step in (check, approve, publish):
        step(version, by=by, at=at)
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


def _write(current: PolicyVersion, book: Rulebook, text: str, event: Event, *, by: Any) -> None:
    """The new text of a draft, and who answers for it."""
    current.title = book.title
    current.source = text
    current.digest = hashlib.sha256(text.encode()).hexdigest()
    current.imported_at = event.at
    current.prepared_by, current.delivered = by, by is None
    event.note(rules=str(len(book.all_rules())), digest=current.digest[:12])
