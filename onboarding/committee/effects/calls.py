"""What members receive: the convocation, their own pack, the reminder of the opinions they owe."""

from django.urls import reverse

from onboarding.committee.models import CommitteeSession, Summons
from onboarding.committee.queries import packs
from portal.documents import operations as documents
from portal.documents.kinds import Kind
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.web import wording

PACK = "onboarding/committee/documents/pack.html"


@effect(queue=Queue.MAIL)
def summon(message: Delivery, *, session: str, user_id: int) -> None:
    """Calls a person to a session: day, place, agenda, and what to do before."""
    _write("onboarding/committee/mails/summons", message, session, user_id)


@effect(queue=Queue.MAIL)
def remind_opinions(message: Delivery, *, session: str, user_id: int) -> None:
    """Reminds a member of the opinions expected before the session."""
    _write("onboarding/committee/mails/opinions", message, session, user_id)


def _write(template: str, message: Delivery, session: str, user_id: int) -> None:
    row = CommitteeSession.objects.get(reference=session)
    summons = Summons.objects.select_related("user").get(session=row, user_id=user_id)
    mail.queue(
        template,
        to=[summons.user.email],
        context={
            "session": row,
            "summons": summons,
            "items": list(row.items.select_related("candidacy__service__owner")),
            "path": reverse("session", args=[row.reference]),
        },
        message=message,
        subject_reference=row.reference,
    )


@effect(queue=Queue.PDF)
def make_pack(message: Delivery, *, session: str, user_id: int) -> None:
    """Prints a person's own pack: a sheet for each dossier he may read, then the dossiers, marked with his name."""
    row = CommitteeSession.objects.get(reference=session)
    summons = Summons.objects.select_related("user").get(session=row, user_id=user_id)
    documents.issue(
        Kind.COMMITTEE_PACK,
        template=PACK,
        context={
            "session": row,
            "reader": summons.user,
            "summons": summons,
            "sheets": packs.sheets(row, summons.user, at=message.event_at),
        },
        subject_reference=row.reference,
        title=f"Dossier de la {row.word} du {wording.day(row.held_on)}",
        owner=None,
        service=None,
        reader=summons.user,
        message=message,
    )
