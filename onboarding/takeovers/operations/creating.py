"""What one line creates, by the operations of real life: entity, service, list, certificate, right, connection, entry.

Each step is told in a sentence that bears no reference: rehearsed or done, the same line gives the same sentences.
"""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from onboarding.establishments import operations as lists
from onboarding.takeovers import queries
from onboarding.takeovers.sheet import Taken
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate, DeclaredName
from policy.grants import operations as grants
from policy.grants.connection import EXPECTED, USER_CODE
from policy.grants.direction import Direction
from policy.grants.models import Grant
from policy.sanctions import operations as sanctions
from policy.sanctions import queries as measures
from policy.whitelist import operations as whitelist
from policy.whitelist import queries as entries
from portal.lifecycle.errors import Refused
from portal.parties import operations as parties
from portal.parties.models import DigitalService, LegalEntity
from portal.reference import user_roles
from portal.web import wording

PRODUCTION = Environment.PRODUCTION


@dataclass
class Made:
    """What a line gave: its right once made, and a sentence for each thing created."""

    grant: Grant | None = None
    sentences: list[str] = field(default_factory=list)


def create(taken: Taken, *, source: str, by: Any, at: datetime) -> Made:
    """Creates all that a line tells, inside the caller's move. Raises a Refusal whose sentence says what to mend."""
    made = Made()
    entity = _entity(taken, made, source=source, by=by, at=at)
    service = _service(taken, entity, made, source=source, by=by, at=at)
    if ended := queries.ended_right(service, taken.direction):
        raise Refused(f"l’habilitation {ended} de ce service a été retirée : seule une candidature la redemande.")
    if measure := measures.closing_service(service.pk).first():
        raise Refused(f"le retrait {measure} a fermé tout ce service : seule une candidature lui ouvre un autre sens.")
    proof = _proof(taken, service, made, source=source, by=by, at=at)
    made.grant = _grant(taken, service, made, source=source, by=by, at=at)
    _connect(taken, made.grant, made, by=by, at=at)
    _propose(made.grant, proof, made, by=by, at=at)
    return made


def _entity(taken: Taken, made: Made, *, source: str, by: Any, at: datetime) -> LegalEntity:
    known = queries.entity_of(taken.identity)
    if known is not None:
        made.sentences.append(f"Personne morale déjà connue : {known.name} ({taken.identity.words}).")
        return known
    made.sentences.append(f"Personne morale créée : {taken.entity} ({taken.identity.words}).")
    return parties.register_entity(
        name=taken.entity,
        siren=taken.identity.siren,
        siret=taken.identity.siret,
        finess_ej=taken.identity.finess_ej,
        address=taken.address,
        postcode=taken.postcode,
        city=taken.city,
        source=source,
        by=by,
        at=at,
    )


def _service(taken: Taken, entity: LegalEntity, made: Made, *, source: str, by: Any, at: datetime) -> DigitalService:
    known = queries.service_of(entity, taken.service)
    if known is not None:
        made.sentences.append(f"Service déjà connu : « {known.name} ».")
        return known
    made.sentences.append(f"Service créé : « {taken.service} ».")
    return parties.register_service(
        entity, name=taken.service, kind=taken.kind, url=taken.url, source=source, by=by, at=at
    )


def _proof(
    taken: Taken, service: DigitalService, made: Made, *, source: str, by: Any, at: datetime
) -> Certificate | DeclaredName | None:
    """The certificate, or for want of it the name, by which gateways know the service."""
    if taken.certificate:
        seen = certificates.declare(
            service, environment=PRODUCTION, data=taken.certificate.encode(), source=source, by=by, at=at
        )
        until = wording.short_day(seen.not_after.astimezone(wording.PARIS).date())
        made.sentences.append(f"Certificat repris : {seen.subject}, valable jusqu’au {until}.")
        return seen
    if taken.name:
        named = certificates.declare_name(service, environment=PRODUCTION, text=taken.name, source=source, by=by, at=at)
        made.sentences.append(f"Nom repris sans certificat, non vérifié : {named.subject}.")
        return named
    made.sentences.append("Aucun certificat : l’éditeur le déclarera.")
    return None


def _grant(taken: Taken, service: DigitalService, made: Made, *, source: str, by: Any, at: datetime) -> Grant:
    listed = lists.take_over(service, taken.establishments, source=source, by=by, at=at) if _feeds(taken) else None
    numbers = queries.numbers_of(listed) if listed else []
    grant = grants.take_over(
        service,
        direction=taken.direction,
        feeding_profiles=taken.feeding_profiles,
        access_profile=taken.access_profile,
        region=taken.region,
        decision_reference=taken.decision,
        decided_at=_noon(taken.decided),
        charter_signed_at=_noon(taken.charter) if taken.charter else None,
        establishments=numbers,
        list_reference=listed.reference if listed else "",
        list_digest=listed.digest if listed else "",
        production_url=taken.url,
        source=source,
        by=by,
        at=at,
    )
    if sanctions.cover(grant, by=by, at=at):
        made.sentences.append("Une mesure suspend tout le service : l’habilitation reste fermée en production.")
    day = wording.short_day(taken.decided)
    made.sentences.append(
        f"Habilitation créée : {grant.profiles_in_words}, {grant.space_in_words}, décision {taken.decision} du {day}."
    )
    made.sentences.append(f"Adresse de production : {taken.url}.")
    if numbers:
        plural = "s" if len(numbers) > 1 else ""
        made.sentences.append(f"{len(numbers)} établissement{plural} repris, à confirmer par l’éditeur.")
    signed = f"signée le {wording.short_day(taken.charter)}" if taken.charter else "sans date de signature"
    made.sentences.append(f"Charte {signed} : reprise, à confirmer.")
    return grant


def _feeds(taken: Taken) -> bool:
    return taken.direction is Direction.FEEDING


def _noon(day: Any) -> datetime:
    """A day known without its hour: noon in Paris."""
    return datetime.combine(day, time(12), tzinfo=wording.PARIS)


def _connect(taken: Taken, grant: Grant, made: Made, *, by: Any, at: datetime) -> None:
    """The client id that gateways know, with its addresses."""
    if not taken.client_id:
        return
    headers = {} if _feeds(taken) else {**EXPECTED, USER_CODE: taken.user_role or _only_role(taken)}
    grants.hand_over(
        grant,
        environment=PRODUCTION,
        client_id=taken.client_id,
        token_url=taken.token_url,
        api_url=taken.api_url,
        headers=headers,
        by=by,
        at=at,
    )
    role = f", rôle utilisateur {headers[USER_CODE]}" if headers.get(USER_CODE) else ""
    made.sentences.append(
        f"Données de connexion enregistrées : client {taken.client_id}, jeton à {taken.token_url}, API à "
        f"{taken.api_url}{role}."
    )


def _only_role(taken: Taken) -> str:
    """The user role of a profile that goes with one alone; empty when it must be told."""
    fitting = user_roles.of_profile(taken.access_profile or 0)
    return fitting[0].code if len(fitting) == 1 else ""


def _propose(grant: Grant, proof: Certificate | DeclaredName | None, made: Made, *, by: Any, at: datetime) -> None:
    """The entry of the production list, proposed when nothing is missing; another person approves it as any other."""
    if missing := entries.missing_for(grant, PRODUCTION, at=at):
        lacking = ", ".join(one.label.lower() for one in missing)
        made.sentences.append(f"Rien n’est proposé en liste blanche, il manque : {lacking}.")
        return
    chosen = [proof.reference] if isinstance(proof, Certificate) else None
    whitelist.propose(grant, environment=PRODUCTION, certificates=chosen, by=by, at=at)
    made.sentences.append("Inscription proposée en liste blanche de production, à approuver par une autre personne.")
