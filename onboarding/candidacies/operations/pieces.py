"""Verbs on what a vendor joins and keeps confidential, and on who reads it."""

from collections.abc import Collection
from datetime import datetime

from onboarding.candidacies.blocks import LABEL_OF, MAY_BE_CONFIDENTIAL
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy, CandidacyReader, SupportingPiece
from portal.accounts.models import User
from portal.documents.models import DepositedFile
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, save

MOST_PIECES = 30


def keep_confidential(
    candidacy: Candidacy, names: Collection[str], *, by: User | None, at: datetime | None = None
) -> None:
    """Says which answers are confidential: those of `names`, and no other."""
    with moving(candidacy, Move.KEEP_CONFIDENTIAL, by=by, at=at) as (current, event):
        if unknown := set(names) - set(MAY_BE_CONFIDENTIAL):
            raise Refused("Cette réponse ne peut pas être confidentielle.", field=min(unknown))
        current.confidential = [name for name in MAY_BE_CONFIDENTIAL if name in names]
        _touch(current, event.at)
        event.note(fields=", ".join(LABEL_OF[name].lower() for name in current.confidential) or "rien")


def join(
    candidacy: Candidacy,
    title: str,
    file: DepositedFile,
    *,
    is_confidential: bool = False,
    by: User | None,
    at: datetime | None = None,
) -> SupportingPiece:
    """Joins a piece; a confidential one must have been deposited as such. Refused beyond `MOST_PIECES`."""
    with moving(candidacy, Move.JOIN, by=by, at=at) as (current, event):
        if file.is_confidential != is_confidential:
            raise Refused("Une pièce confidentielle se dépose comme telle.", field="file")
        if current.pieces.filter(removed_at=None).count() >= MOST_PIECES:
            raise Refused(f"Une candidature porte {MOST_PIECES} pièces au plus : retirez-en une.", field="file")
        number = current.pieces.count() + 1
        piece = SupportingPiece(
            candidacy=current,
            number=number,
            title=title.strip(),
            file=file,
            is_confidential=is_confidential,
            joined_at=event.at,
            joined_by=by,
        )
        save(piece)
        _touch(current, event.at)
        event.note(number=number, title=piece.title)
    return piece


def take_away(candidacy: Candidacy, number: int, *, by: User | None, at: datetime | None = None) -> None:
    """Takes a piece away; the versions that carried it still name it."""
    with moving(candidacy, Move.TAKE_AWAY, by=by, at=at) as (current, event):
        piece = current.pieces.filter(number=number, removed_at=None).first()
        if piece is None:
            raise Refused("Cette pièce n’est plus jointe.")
        piece.removed_at = event.at
        save(piece)
        _touch(current, event.at)
        event.note(number=number, title=piece.title)


def open_reading(candidacy: Candidacy, reader: User, *, by: User | None, at: datetime | None = None) -> None:
    """A member of the committee may read what is confidential, while the candidacy is on an agenda."""
    with moving(candidacy, Move.OPEN_READING, by=by, at=at) as (current, event):
        save(CandidacyReader(candidacy=current, user=reader, since=event.at))
        event.note(reader=reader.full_name)


def close_reading(candidacy: Candidacy, *, by: User | None, at: datetime | None = None) -> None:
    """It is no longer on an agenda: no member reads what is confidential any more."""
    with moving(candidacy, Move.CLOSE_READING, by=by, at=at) as (current, event):
        current.readers.filter(until=None).update(until=event.at)


def _touch(candidacy: Candidacy, at: datetime) -> None:
    """Somebody works on it: the clock counts again from here."""
    candidacy.touched_at, candidacy.warned_at = at, None
