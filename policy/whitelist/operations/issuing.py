"""The issue of the list of an environment, its guard, and the two persons who let a loss through.

A list that would lose many entries at once, by no act of anybody, is not published so: it keeps them as they were, and
everything else goes out, revocations first (requirement WL-06). The head of the list is locked before its losses.
"""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from policy.certificates.environments import Environment
from portal.audit.signing import KeyUnavailable, Signer
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue

from .. import effects, publication, queries, shrinking
from ..lifecycle import ListMove, LossMove, LossState
from ..models import ListLoss, Publication, PublicationHead
from ..publication import Content
from ..queries import losses
from ..shrinking import Loss

logger = logging.getLogger(__name__)


def publish(environment: str, *, by: Any, at: datetime, accepted: Collection[str] = ()) -> Publication:
    """Issues the list of one environment when its content changed, or when the last issue has lived half its life.

    Called inside the operation that changed something, or alone by the clock. Entries lost by no act stay as they were
    when they are many, but for those whose loss two persons `accepted`. Returns the publication in force.
    """
    with transaction.atomic():
        head = _locked_head(environment)
        content, rows = queries.content_now(environment, at=at)
        last = queries.latest_publication(environment)
        if last:
            content = _guarded(content, rows, last, frozenset(accepted), at=at)
        if last and _still_holds(last, content, at):
            return last
        return _issue(head, content, last, by=by, at=at)


def accept_loss(loss: ListLoss, *, by: Any, at: datetime | None = None) -> None:
    """A second person lets the list lose these entries: it is published without them."""
    with transaction.atomic():
        _locked_head(loss.environment)
        with moving(loss, LossMove.ACCEPT, by=by, at=at) as (current, event):
            current.decided_by, current.decided_at, current.state = by, event.at, LossState.ACCEPTED
            save(current)  # before the publication, which may hold other losses
            event.note(environment=_label(current.environment), entries=_counted(len(current.entries)))
            event.note(proposer=current.proposed_by)
            publish(current.environment, by=by, at=event.at, accepted=current.references)


def propose_loss(loss: ListLoss, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """A first person asks that the list lose these entries, and says why."""
    if not grounds.strip():
        raise Refused("Indiquez les motifs.", field="grounds")
    with moving(loss, LossMove.PROPOSE, by=by, at=at) as (current, event):
        current.proposed_by, current.proposed_at, current.grounds = by, event.at, grounds.strip()[:2000]
        event.note(grounds=current.grounds)


def refuse_loss(loss: ListLoss, *, by: Any, at: datetime | None = None) -> None:
    """The proposal is set aside: the list goes on as it was."""
    with moving(loss, LossMove.REFUSE, by=by, at=at) as (current, _):
        current.proposed_by, current.proposed_at, current.grounds = None, None, ""


@contextmanager
def lock_lists() -> Iterator[None]:
    """Both lists locked, sandbox last, for who publishes both: no other order is ever taken."""
    with transaction.atomic():
        for environment in sorted(Environment):
            _locked_head(environment)
        yield


def _locked_head(environment: str) -> PublicationHead:
    """One issue at a time in each environment: versions follow each other without hole or fork."""
    PublicationHead.objects.get_or_create(environment=environment)
    return PublicationHead.objects.select_for_update().get(environment=environment)


def _guarded(
    content: Content,
    rows: Collection[publication.EntryRow],
    last: Publication,
    accepted: frozenset[str],
    *,
    at: datetime,
) -> Content:
    """The content to publish: what was computed, and what it would have lost, as it was, when that is too much."""
    loss, environment = None, content.environment
    known = ListLoss.objects.open().filter(environment=environment).first()
    if known or shrinking.is_possible(content, bytes(last.body)):
        loss = shrinking.loss_between(bytes(last.body), content, closed=queries.closed_by_acts(environment))
        loss = loss.without(accepted)
        alone = losses.is_last_of_a_holder(environment, loss)
        if not shrinking.is_excessive(loss, last.count, alone=alone, held=known.references if known else ()):
            loss = None
    _tell(known, environment, loss, at=at)
    return shrinking.keeping(content, loss, rows, losses.stopped_among(loss)) if loss else content


def _tell(known: ListLoss | None, environment: str, loss: Loss | None, *, at: datetime) -> None:
    """The loss held back is the one that people see: another takes its place, none ends it."""
    entries = [{"reference": one, "reason": reason} for one, reason in loss.reasons.items()] if loss else []
    if known and known.entries == entries:
        return
    if known:
        with moving(known, LossMove.END, by=None, at=at) as (_, event):
            event.note(environment=_label(environment))
    if entries:
        held = ListLoss(environment=environment, entries=entries)
        with moving(held, LossMove.HOLD, by=None, at=at) as (held, event):
            held.reference, held.held_at = next_reference("LR", event.at), event.at
            held.state = LossState.HELD
            save(held)
            event.note(environment=_label(environment), entries=_counted(len(entries)))
            enqueue(effects.alert_loss, event=event, loss_id=held.pk)


def _still_holds(last: Publication, content: Content, at: datetime) -> bool:
    if last.digest != content.digest or at >= last.expires_at - publication.LIFE / 2:
        return False
    return queries.key_in_force() in ("", last.key_id)


def _issue(head: PublicationHead, content: Content, last: Publication | None, *, by: Any, at: datetime) -> Publication:
    signer = _signer()
    with moving(head, ListMove.ISSUE, by=by, at=at) as (current, event):  # which counts the version
        version = current.version + 1
        issued_at = max(event.at, last.issued_at) if last else event.at
        dates = {"issued_at": issued_at, "expires_at": issued_at + publication.LIFE}
        body = publication.document(content, version=version, **dates)
        made = Publication.objects.create(
            environment=content.environment,
            version=version,
            count=content.count,
            digest=content.digest,
            body=body,
            signature=signer.sign(body),
            key_id=signer.key_id,
            set_aside=[{"reference": row.reference, "reason": row.reason} for row in content.set_aside],
            **dates,
        )
        event.note(version=version, environment=_label(content.environment), entries=_counted(content.count))
    for row in content.set_aside:
        logger.error("whitelist row %s left out of %s %s: %s", row.reference, content.environment, version, row.reason)
    return made


def _signer() -> Signer:
    try:
        return queries.signer()
    except KeyUnavailable as error:
        raise Refused(f"La liste ne peut pas être signée. {error}") from error


def _label(environment: str) -> str:
    return Environment(environment).label.lower()


def _counted(entries: int) -> str:
    return f"{entries} inscription{'s' if entries > 1 else ''}"
