"""What follows a measure: its letters and the mails that carry them, the news of its end, the reminders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse

from portal.documents import operations as documents
from portal.documents import queries as issued
from portal.documents.kinds import Kind
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parameters import queries as parameters

from . import queries
from .extent import Nature
from .models import Sanction

MAILS = "policy/sanctions/mails"
LETTER = "policy/sanctions/documents/letter.html"


class News(NamedTuple):
    """How an event is told: word of the subject, first sentence, what to do, and whether a letter says it."""

    word: str
    sentence: str
    todo: str
    is_letter: bool


NEWS: Mapping[str, News] = {
    "notice": News(
        "Mesure envisagée",
        "L’agence envisage une mesure sur votre droit d’accès au ROR",
        "Lisez les faits, puis présentez vos observations avant le {due}. Rien ne change d’ici là.",
        True,
    ),
    "emergency": News(
        "Suspension en urgence",
        "L’agence suspend en urgence votre accès au ROR",
        "Présentez vos observations avant le {due} : une autre personne de l’agence réexamine la mesure.",
        True,
    ),
    "decided": News(
        "Mesure décidée",
        "L’agence a décidé une mesure sur votre droit d’accès au ROR",
        "Lisez la décision : elle dit ce qui est fermé, pourquoi, et comment la contester.",
        True,
    ),
    "confirmed": News(
        "Suspension confirmée",
        "L’agence confirme la suspension prise en urgence",
        "Mettez-vous en règle, puis demandez à l’agence de lever la mesure.",
        True,
    ),
    "dropped": News("Mesure abandonnée", "L’agence abandonne la mesure envisagée", "Vous n’avez rien à faire.", False),
    "lifted": News(
        "Mesure levée",
        "La mesure prise sur votre droit d’accès au ROR est levée",
        "Ce qui était fermé est de nouveau ouvert ; vous n’avez rien à faire.",
        False,
    ),
}


def context_of(one: Sanction, news: str, *, at: Any) -> dict[str, Any]:
    """What the letter and the mail of an event read; the preview reads the same."""
    told = NEWS[news]
    appeal = parameters.in_force("decision.appeal", at=at)
    return {
        "sanction": one,
        "grant": one.grant,
        "holder": one.grant.holder,
        "news": news,
        "word": told.word,
        "sentence": told.sentence,
        "todo": _todo(one, news),
        "title": title_of(one, news),
        "appeal": str(appeal.value).splitlines() if news in ("emergency", "decided", "confirmed") else [],
        "articles": appeal.setting.source,
        "path": reverse("sanction", args=[one.reference if one.pk else "a-venir"]),
    }


def foreseen(one: Sanction, news: str, *, at: datetime) -> mail.Preview:
    """The mail that an event would send: the same templates and people, kept nowhere."""
    return mail.preview(f"{MAILS}/news", to=queries.told_to(one.grant), context=context_of(one, news, at=at))


def printed(one: Sanction, news: str, *, at: datetime) -> bytes:
    """The letter that an event would print, as a PDF marked as a project. Raises `printing.Unprintable`."""
    context = context_of(one, news, at=at)
    return documents.project(
        kind_of(one, news),
        template=LETTER,
        context=context,
        subject_reference=one.reference,
        title=context["title"],
        at=at,
    )


def _todo(one: Sanction, news: str) -> str:
    if news == "lifted" and not queries.is_alone(one):
        return "Une autre mesure demeure sur cette habilitation : ce qu’elle ferme reste fermé."
    return NEWS[news].todo.format(due=queries.day_due(one))


def title_of(one: Sanction, news: str) -> str:
    """The title of the letter."""
    name = one.grant.service_name
    if news == "notice":
        return f"Mesure envisagée – {name}"
    word = {"emergency": "Suspension en urgence", "confirmed": "Confirmation de la suspension"}
    return f"{word.get(news, one.get_nature_display())} – {name}"


def kind_of(one: Sanction, news: str) -> Kind:
    """The kind of the letter."""
    if news == "notice":
        return Kind.SANCTION_NOTICE
    return Kind.WITHDRAWAL_LETTER if one.nature == Nature.WITHDRAWAL else Kind.SUSPENSION_LETTER


def _found(reference: str) -> Sanction:
    return Sanction.objects.select_related(*queries.RELATED).get(reference=reference)


@effect(queue=Queue.PDF)
def give_notice(message: Delivery, *, reference: str) -> None:
    """The vendor learns what the agency envisages, by a sealed letter."""
    _tell(message, _found(reference), "notice")


@effect(queue=Queue.PDF)
def announce(message: Delivery, *, reference: str, news: str) -> None:
    """The vendor learns that a measure was taken, confirmed, given up or lifted."""
    _tell(message, _found(reference), news)


def _tell(message: Delivery, one: Sanction, news: str) -> None:
    context, attachments = context_of(one, news, at=message.event_at), []
    if NEWS[news].is_letter:
        document = documents.issue(
            kind_of(one, news),
            template=LETTER,
            context=context,
            subject_reference=one.reference,
            title=context["title"],
            owner=one.grant.holder,
            service=one.grant.service,
            message=message,
        )
        context, attachments = {**context, "document": document}, [issued.attachment(document)]
    mail.queue(
        f"{MAILS}/news",
        to=queries.told_to(one.grant),
        context=context,
        message=message,
        attachments=attachments,
        subject_reference=one.reference,
    )


@effect(queue=Queue.MAIL)
def tell_observations(message: Delivery, *, reference: str) -> None:
    """Tells who opened the measure that the vendor answered."""
    one = _found(reference)
    context = {"sanction": one, "grant": one.grant, "path": reverse("sanction", args=[reference])}
    to = [one.opened_by.email]
    mail.queue(f"{MAILS}/observations", to=to, context=context, message=message, subject_reference=reference)


@effect(queue=Queue.MAIL)
def remind_regularisation(message: Delivery, *, reference: str) -> None:
    """Tells those who may regularise an emergency that its delay is over."""
    one = _found(reference)
    context = {"sanction": one, "grant": one.grant, "path": reverse("sanction", args=[reference])}
    to = queries.who_may_decide(one)
    mail.queue(f"{MAILS}/to_regularise", to=to, context=context, message=message, subject_reference=reference)
