"""What follows an entry: opening notice, attestation, and the news of a change, each once per event."""

from typing import Any, NamedTuple

from django.urls import reverse

from policy.grants import queries as grants
from policy.profiles import catalogue
from policy.profiles import queries as profiles
from portal.accounts.models import User
from portal.documents import operations as documents
from portal.documents.kinds import Kind
from portal.mail import operations as mail
from portal.mail.attachments import Attachment
from portal.outbox.registry import Delivery, Queue, effect
from portal.web import wording

from . import queries
from .lifecycle import GUARDIANS, State
from .models import ListLoss, WhitelistEntry

MAILS = "policy/whitelist/mails"


class News(NamedTuple):
    """How a change is told: subject, sentence (with room for the name of the service), and what to do about it."""

    word: str
    sentence: str
    todo: str


CHANGES = {
    "suspended": News(
        "Suspension",
        "L’inscription de votre service « {} » en liste blanche est suspendue",
        "Vos appels sont refusés tant que dure la suspension. Répondez à l’agence sur les motifs ci-dessous.",
    ),
    "reinstated": News(
        "Suspension levée",
        "La suspension de votre service « {} » en liste blanche est levée",
        "Vous pouvez de nouveau vous connecter ; rien n’est à faire.",
    ),
    "withdrawn": News(
        "Retrait",
        "Votre service « {} » n’est plus inscrit en liste blanche",
        "Vos appels sont refusés. Une nouvelle inscription suppose une nouvelle proposition de l’agence.",
    ),
}


def _found(entry_id: int) -> WhitelistEntry:
    return WhitelistEntry.objects.select_related("grant__holder", "grant__service").get(pk=entry_id)


def _context(entry: WhitelistEntry, **more: Any) -> dict[str, Any]:
    """What every mail and document of an entry says."""
    return {
        "entry": entry,
        "grant": entry.grant,
        "holder": entry.grant.holder,
        "connection": grants.connection_of(entry.grant, entry.environment),
        "certificates": list(entry.certificates.order_by("fingerprint")),
        "establishments": len(entry.establishments),
        "terms": grants.terms_at(entry.grant, entry.proposed_at),
        "effective": wording.moment(entry.effective_at),
        "path": reverse("grant_access", args=[entry.grant.reference]),
        **more,
    }


@effect(queue=Queue.MAIL)
def send_opening_notice(message: Delivery, *, entry_id: int) -> None:
    """Tells the holder what will open, when, and with what to connect; never a secret (settled question 32)."""
    entry = _found(entry_id)
    to, context = queries.addresses(entry.grant), _context(entry)
    mail.queue(f"{MAILS}/opening_notice", to=to, context=context, message=message, subject_reference=entry.reference)


@effect(queue=Queue.PDF)
def issue_attestation(message: Delivery, *, entry_id: int) -> None:
    """The entry is published: the attestation of whitelisting, which replaces the former, and the mail that carries it.

    Nothing is attested of an entry that was stopped before the worker came to it.
    """
    entry = _found(entry_id)
    if entry.state != State.APPROVED:
        return
    codes = [*entry.feeding_profiles, *([] if entry.access_profile is None else [str(entry.access_profile)])]
    context = _context(
        entry,
        since=wording.moment(entry.in_force_since or message.event_at),
        opened=[(catalogue.label(code), said) for code, said in profiles.opened_by(codes, message.event_at).items()],
    )
    document = documents.issue(
        Kind.WHITELIST_ATTESTATION,
        template="policy/whitelist/documents/attestation.html",
        context=context,
        subject_reference=entry.reference,
        title=f"Attestation d’inscription sur liste blanche de {entry.grant.service_name}",
        owner=entry.grant.holder,
        service=entry.grant.service,
        message=message,
    )
    for former in queries.attestations(entry.grant, entry.environment).exclude(pk=document.pk):
        documents.replace(former, successor=document, at=message.event_at)
    mail.queue(
        f"{MAILS}/in_force",
        to=queries.addresses(entry.grant),
        context={**context, "document": document},
        message=message,
        attachments=[Attachment(document.file_name, "application/pdf", document.content)],
        subject_reference=entry.reference,
    )


@effect(queue=Queue.MAIL)
def announce_change(message: Delivery, *, entry_id: int, change: str) -> None:
    """The entry was suspended, reinstated or withdrawn: the holder learns it, with the grounds.

    An attestation of a withdrawn entry no longer holds.
    """
    entry, news = _found(entry_id), CHANGES[change]
    if entry.published_version is None:  # nothing had opened yet: nothing closes
        return
    if entry.state == State.WITHDRAWN:
        for document in queries.attestations(entry.grant, entry.environment).filter(subject_reference=entry.reference):
            documents.revoke(document, reason=f"Inscription {entry.reference} retirée", by=None, at=message.event_at)
    sentence = news.sentence.format(entry.grant.service_name)
    told = {"change": change, "word": news.word, "news": sentence, "todo": news.todo}
    mail.queue(
        f"{MAILS}/change",
        to=queries.addresses(entry.grant),
        context=_context(entry, moment=wording.moment(message.event_at), **told),
        message=message,
        subject_reference=entry.reference,
    )


@effect(queue=Queue.MAIL)
def alert_loss(message: Delivery, *, loss_id: int) -> None:
    """Alarms those who watch over the list: entries can no longer be published, and were kept as they were."""
    loss = ListLoss.objects.get(pk=loss_id)
    guards = [User.objects.holding(role).order_by("pk") for role in sorted(GUARDIANS)]
    to = list(dict.fromkeys(address for held in guards for address in held.values_list("email", flat=True)))
    context = {"loss": loss, "path": reverse("list_loss", args=[loss.reference])}
    if to:
        mail.queue(f"{MAILS}/loss", to=to, context=context, message=message, subject_reference=loss.reference)
