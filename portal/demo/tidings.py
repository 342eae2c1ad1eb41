"""What the agency of the demonstration told vendors, and what one of them reported."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from onboarding.directory import operations as directory
from onboarding.legaltexts import demonstration
from onboarding.legaltexts import operations as legaltexts
from onboarding.legaltexts.models import SignatureCall
from onboarding.notices.kinds import Audience, Kind, Part, Touched
from onboarding.notices.models import MalfunctionReport, Notice
from onboarding.notices.operations import notices, reports
from policy.grants.models import Grant
from portal.calendar.deadlines import paris_date
from portal.parties import queries as parties

from .cast import account_of
from .chronicle import Chronicle

HOUR = timedelta(hours=1)
INCIDENT = "Erreurs 503 sur l’API de synchronisation"
MODEL = "Le modèle d’exposition passe en version 3.0.1"


def tell(chronicle: Chronicle) -> None:
    """Notes the notices of the last months on the chronicle, and a malfunction reported by a vendor."""
    now = chronicle.now
    chronicle.on(now - timedelta(days=96), _maintained)
    chronicle.on(now - timedelta(days=40), _broke_down)
    chronicle.on(now - timedelta(days=40) + 2 * HOUR, _explained)
    chronicle.on(now - timedelta(days=40) + 5 * HOUR, _mended)
    chronicle.on(now - timedelta(days=12), _changed)
    chronicle.on(now - timedelta(days=9), _reported)
    chronicle.on(now - timedelta(days=8), _answered)
    chronicle.on(now - timedelta(days=7), _renewed)
    chronicle.on(now - timedelta(days=6), _signed_again)
    chronicle.on(now - timedelta(days=5), _shown)
    chronicle.on(now - timedelta(days=2), _announced)


def _published(values: dict[str, Any], at: datetime) -> None:
    notice = notices.write(values, by=account_of("instructrice"), at=at)
    notices.publish(notice, by=account_of("instructrice"), at=at)


def _maintained(at: datetime) -> None:
    _published(_maintenance("Mise à jour du serveur d’autorisation", [Part.AUTHORISATION], at + 7 * 24 * HOUR), at)


def _announced(at: datetime) -> None:
    parts = [Part.READING, Part.FEEDING]
    _published(_maintenance("Changement de base de données en production", parts, at + 9 * 24 * HOUR), at)


def _maintenance(title: str, parts: Sequence[Part], start: datetime) -> dict[str, Any]:
    return {
        "kind": Kind.MAINTENANCE,
        "title": title,
        "body": "Les appels reçus pendant l’interruption sont refusés : rejouez-les ensuite.\n\n"
        "- Les listes et les habilitations ne changent pas.\n- Le bac à sable reste ouvert.",
        "audience": Audience.ALL,
        "is_public": True,
        "parts": list(parts),
        "touched": Touched.PRODUCTION,
        "starts_at": start,
        "ends_at": start + 3 * HOUR,
    }


def _broke_down(at: datetime) -> None:
    values = {
        "kind": Kind.INCIDENT,
        "title": INCIDENT,
        "body": "Une partie des écritures est refusée. Nous cherchons la cause ; rejouez les appels en erreur.",
        "audience": Audience.DIRECTION,
        "direction": "feeding",
        "is_public": True,
        "parts": [Part.FEEDING],
        "touched": Touched.PRODUCTION,
        "starts_at": at - HOUR,
    }
    _published(values, at)


def _explained(at: datetime) -> None:
    notice = Notice.objects.published().get(title=INCIDENT)
    notices.follow_up(notice, "Un serveur saturé a été isolé ; neuf appels sur dix passent.", by=_reviewer(), at=at)


def _mended(at: datetime) -> None:
    notices.end(Notice.objects.published().get(title=INCIDENT), by=_reviewer(), at=at)


def _changed(at: datetime) -> None:
    values = {
        "kind": Kind.TECHNICAL,
        "title": MODEL,
        "body": "Vérifiez que votre service lit le champ d’activité 06 (social), puis confirmez votre lecture.",
        "audience": Audience.DIRECTION,
        "direction": "consumption",
        "asks_reading": True,
        "read_by_date": paris_date(at + timedelta(days=20)),
    }
    _published(values, at)
    for reading in list(Notice.objects.get(title=MODEL).readings.select_related("legal_entity").order_by("pk"))[:3]:
        for person in parties.legal_representatives(reading.legal_entity)[:1]:
            notices.acknowledge(reading, by=person, at=at + HOUR)


def _reported(at: datetime) -> None:
    for grant in Grant.objects.active().select_related("service__owner").order_by("pk")[:2]:
        for person in parties.legal_representatives(grant.service.owner)[:1]:
            reports.report(
                grant.service,
                environment="production",
                part=Part.FEEDING if grant.direction == "feeding" else Part.READING,
                title="Réponses 412 sur un lieu pourtant unique",
                text="Depuis ce matin, un même lieu répond « multiple-matches ». Identifiant et heure d’appel à votre "
                "disposition.",
                noticed_at=at - HOUR,
                by=person,
                at=at,
            )


def _answered(at: datetime) -> None:
    found = MalfunctionReport.objects.to_answer().select_related("service__owner").first()
    if found:
        reports.take(found, by=_reviewer(), at=at)
        reports.answer(
            found,
            "Le doublon est supprimé par le GRADeS : rejouez l’appel.",
            by=_reviewer(),
            at=at + HOUR,
        )


def _renewed(at: datetime) -> None:
    draft = demonstration.consumption_charter()
    legaltexts.publish_version(
        draft.kind,
        title=draft.title,
        body=f"{draft.body}\n\n# Copie locale\n\nUne copie locale est resynchronisée au moins une fois par semaine.",
        commitments=draft.commitments,
        summary="Une copie locale est resynchronisée au moins une fois par semaine.",
        reason="Des données vieilles de plusieurs mois ont été montrées à des professionnels.",
        by=account_of("administrateur"),
        at=at,
    )


def _signed_again(at: datetime) -> None:
    for call in SignatureCall.objects.open().select_related("text_version__text", "service__owner").order_by("pk")[:2]:
        for person in parties.legal_representatives(call.service.owner)[:1]:
            legaltexts.sign(call.text_version, call.service, by=person, at=at)


PRESENTATIONS = (
    "Régulation des appels de soins non programmés.",
    "Orientation des sorties d’hospitalisation.",
    "Disponibilité des lits en temps réel.",
)


def _shown(at: datetime) -> None:
    """Two services in three accept to be cited."""
    for rank, grant in enumerate(Grant.objects.active().select_related("service__owner").order_by("pk")):
        for person in parties.legal_representatives(grant.service.owner)[:1] if rank % 3 else []:
            directory.show(grant.service, presentation=PRESENTATIONS[rank % 3], by=person, at=at)


def _reviewer() -> Any:
    return account_of("instructrice")
