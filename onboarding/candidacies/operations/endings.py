"""How a candidacy ends by what is decided elsewhere: a committee, a regional authority, the end of its service."""

from collections.abc import Iterable
from datetime import datetime

from onboarding.candidacies import effects
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy, FieldComment
from policy.certificates import operations as certificates
from portal.accounts.models import User
from portal.lifecycle.operations import moving, save
from portal.outbox.operations import enqueue


def admit(candidacy: Candidacy, *, by: User | None, at: datetime | None = None) -> None:
    """The committee admits the service; called while its decision is recorded."""
    with moving(candidacy, Move.ADMIT, by=by, at=at) as (current, event):
        current.readers.filter(until=None).update(until=event.at)  # nothing of it is on an agenda any more
        current.closed_at = event.at


def defer(
    candidacy: Candidacy,
    *,
    blocks: Iterable[str] = (),
    text: str = "",
    by: User | None,
    at: datetime | None = None,
) -> None:
    """The committee puts its decision off: the vendor may complete the request and deposit it again.

    When `blocks` are named only those reopen, each with the committee's words as a comment to answer.
    """
    with moving(candidacy, Move.DEFER, by=by, at=at) as (current, event):
        current.readers.filter(until=None).update(until=event.at)  # nothing of it is on an agenda any more
        last = current.comments.order_by("-number").values_list("number", flat=True).first() or 0
        for number, block in enumerate(dict.fromkeys(map(Block, blocks)), start=last + 1):
            save(
                FieldComment(
                    candidacy=current,
                    number=number,
                    block=block,
                    kind=CommentKind.INCOMPLETE,
                    text=text.strip(),
                    author=by,
                    written_at=event.at,
                    sent_at=event.at,
                )
            )


def refuse(candidacy: Candidacy, *, by: User | None, at: datetime | None = None) -> None:
    """The committee refuses; a new candidacy will cite this one."""
    with moving(candidacy, Move.REFUSE, by=by, at=at) as (current, event):
        certificates.end_third_party(current.service, source=current.reference)
        current.readers.filter(until=None).update(until=event.at)  # nothing of it is on an agenda any more
        current.closed_at = event.at


def end(candidacy: Candidacy, *, change: str, by: User | None, at: datetime | None = None) -> None:
    """Its service has ended, as the declaration of that reference said; called while this is carried out."""
    with moving(candidacy, Move.END, by=by, at=at) as (current, event):
        current.readers.filter(until=None).update(until=event.at)
        current.closed_at = event.at
        event.note(change=change)
        enqueue(effects.announce_end, event=event, candidacy_id=current.pk)
