"""What a vendor must see before anything else: what runs out, what is stopped, what waits for a correction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from onboarding.candidacies import conformity
from onboarding.candidacies.lifecycle import State
from onboarding.desk.facts import Certificate, Facts
from policy.certificates.environments import Environment
from policy.grants.lifecycle import DECLARERS
from policy.grants.lifecycle import State as GrantState
from portal.lifecycle.table import LabelledEnum
from portal.parties.roles import PREPARERS, MembershipRole
from portal.web import wording


class Gravity(LabelledEnum):
    """How serious an alert is."""

    ERROR = "error", "Urgent"
    WARNING = "warning", "À traiter"


@dataclass(frozen=True, slots=True)
class Alert:
    """One sentence, and the page where it is dealt with."""

    gravity: Gravity
    title: str
    sentence: str
    label: str
    url_name: str
    args: tuple[str, ...]


def alerts(
    facts: Facts, *, name: str, now: datetime, horizon: datetime, roles: frozenset[str] = frozenset(MembershipRole)
) -> list[Alert]:
    """The alerts of one way, the gravest first; certificates that end before `horizon` are told.

    Who may not do what waits is led to the page that tells it.
    """
    found = [
        *_right(facts, name),
        *_secret(facts, name, roles),
        *_request(facts, name, roles),
        *_list(facts, name),
        *_model(facts, name),
    ]
    for environment, certificate in (
        ("de production", facts.production_certificate),
        ("de test", facts.test_certificate),
    ):
        if certificate and certificate.not_after < horizon:
            found.append(_expiring(certificate, environment, name, now))
    return sorted(found, key=lambda alert: alert.gravity)


def _right(facts: Facts, name: str) -> Iterator[Alert]:
    grant = facts.grant
    if grant and grant.state == GrantState.SUSPENDED:
        sentence = f"L’habilitation {grant.reference} est suspendue : les passerelles refusent le service."
        yield Alert(Gravity.ERROR, f"{name} est suspendu", sentence, "Voir l’habilitation", "grant", (grant.reference,))


def _secret(facts: Facts, name: str, roles: frozenset[str]) -> Iterator[Alert]:
    """A secret handed over, that the service needs and nobody has read."""
    grant = facts.grant
    if grant and grant.secret_waits_in and grant.state != GrantState.WITHDRAWN:
        where = Environment(grant.secret_waits_in)
        sentence = (
            f"L’agence a remis le secret d’environnement « {where.label.lower()} » : il s’affiche une seule fois."
        )
        page: tuple[str, str, tuple[str, ...]] = ("Voir l’habilitation", "grant", (grant.reference,))
        if roles & DECLARERS:
            page = ("Lire le secret", "grant_secret", (grant.reference, where.slug))
        yield Alert(Gravity.WARNING, f"{name} : secret à lire", sentence, *page)


def _request(facts: Facts, name: str, roles: frozenset[str]) -> Iterator[Alert]:
    request = facts.candidacy
    if request and request.state == State.RETURNED:
        points = f"{request.comments} point{'s' if request.comments > 1 else ''}"
        sentence = f"L’agence demande des compléments sur la candidature {request.reference} : {points} à traiter."
        page = ("Corriger", "candidacy_corrections") if roles & PREPARERS else ("Voir la candidature", "candidacy")
        yield Alert(Gravity.WARNING, f"{name} : à corriger", sentence, *page, (request.reference,))


def _model(facts: Facts, name: str) -> Iterator[Alert]:
    """A new version of the exposure model asks services in place to follow it (settled question 15)."""
    request, grant = facts.candidacy, facts.grant
    if not request or not grant or grant.state == GrantState.WITHDRAWN:
        return
    if request.exposure_model and request.exposure_model != conformity.CURRENT:
        sentence = (
            f"Le service suit le modèle d’exposition {request.exposure_model} ; la version {conformity.CURRENT} est "
            "publiée. Prévoyez sa mise à jour, puis déclarez-la."
        )
        title = f"{name} : nouvelle version du modèle"
        yield Alert(Gravity.WARNING, title, sentence, "Voir le service", "service", (facts.service,))


def _list(facts: Facts, name: str) -> Iterator[Alert]:
    held = facts.establishment_list
    if held and held.valid < held.total:
        wrong = held.total - held.valid
        lines = f"{wrong} ligne{'s' if wrong > 1 else ''} de la liste {held.reference}"
        verb = "ne désignent" if wrong > 1 else "ne désigne"
        sentence = f"{lines} {verb} pas un établissement reconnu."
        yield Alert(Gravity.WARNING, f"{name} : liste à corriger", sentence, "Corriger", "list", (held.reference,))


def _expiring(certificate: Certificate, environment: str, name: str, now: datetime) -> Alert:
    ended = certificate.not_after <= now
    days = (certificate.not_after - now).days
    when = wording.moment(certificate.not_after)
    sentence = f"Le certificat {environment} {certificate.reference} "
    sentence += f"a expiré le {when}." if ended else f"expire le {when}, dans {days} jour{'s' if days > 1 else ''}."
    title = f"{name} : certificat {'expiré' if ended else 'bientôt expiré'}"
    gravity = Gravity.ERROR if ended else Gravity.WARNING
    return Alert(gravity, title, sentence, "Voir le certificat", "certificate", (certificate.reference,))


_TOLD = (_right, _secret, _request, _list, _model)
