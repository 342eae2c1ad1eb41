"""Readings of rights: what production still waits for, connection data, lists for pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from policy.certificates.environments import Environment
from portal.lifecycle.errors import Missing, Refused
from portal.parties import queries as parties
from portal.parties.models import DigitalService
from portal.parties.roles import PREPARERS

from .direction import Direction
from .lifecycle import State
from .models import ConnectionData, Grant, GrantedTerms, GrantQuerySet, Restriction
from .readiness import Fact, lacking
from .restrictions import Scope, left_of


def lacking_facts(grant: Grant) -> list[Fact]:
    """The facts of readiness that production still waits for."""
    return lacking(Direction(grant.direction), grant.standings, establishments=len(grant.establishments))


def missing_for(grant: Grant, environment: str) -> list[Missing]:
    """What must be there before an entry is proposed in `environment`; facts only bind production."""
    missing = []
    if environment == Environment.PRODUCTION:
        missing = [Missing(fact.value, fact.label) for fact in lacking_facts(grant)]
        if not grant.production_url:
            missing.append(Missing("url", "Adresse de production du service"))
    label, held = Environment(environment).label.lower(), connection_of(grant, environment)
    if held is None:
        missing.append(Missing("connection", f"Données de connexion remises ({label})"))
    if not grant.needs_certificate and (held is None or not held.has_secret):
        missing.append(Missing("secret", f"Secret remis par l’agence ({label})"))
    return [*missing, *_blocked(grant, environment)]


def _blocked(grant: Grant, environment: str) -> list[Missing]:
    """What a restriction keeps closed at the door of an environment, with what closed it."""
    step = Scope.PRODUCTION if environment == Environment.PRODUCTION else Scope.TESTS
    rows = restrictions_of(grant)
    doors = {step, Scope.RIGHT} if environment == Environment.PRODUCTION else {step}
    found = [Missing("restriction", row.because) for row in rows if row.scope in doors]
    left = left_of(grant.whole, [(row.scope, row.value) for row in rows])
    return found if left.admits else [*found, Missing("restriction", "Aucun profil n’est ouvert")]


def restrictions_of(grant: Grant) -> list[Restriction]:
    """What is closed inside a right now, the oldest first."""
    return list(Restriction.objects.standing().filter(grant=grant))


def is_stopped(grant: Grant) -> bool:
    """Whether a measure closes all that the right opens in production."""
    return Restriction.objects.whole().filter(grant=grant).exists()


def refuse_ended(service: DigitalService) -> None:
    """Raises Refused once the service has ended, as the database says now: `service` may have been read before."""
    if DigitalService.objects.get(pk=service.pk).is_ended:
        raise Refused("Ce service a pris fin : aucun droit ne s’y ouvre plus.")


def terms_at(grant: Grant, at: datetime) -> GrantedTerms | None:
    """What was granted at that instant: the terms of the last decision taken by then; None for a right taken over."""
    return grant.terms.filter(decided_at__lte=at).order_by("-number").first()


def caution(grant: Grant) -> str:
    """What anyone may know of a right that no longer opens all that was attested; empty while it does.

    Neither why it was closed, nor by which act.
    """
    if grant.state == State.WITHDRAWN:
        return f"L’habilitation {grant} a été retirée : elle n’ouvre plus rien."
    if grant.state == State.SUSPENDED or is_stopped(grant):
        return f"L’habilitation {grant} est suspendue : les passerelles refusent ses appels en production."
    parts = [row.words for row in restrictions_of(grant) if row.scope in (Scope.PROFILE, Scope.ESTABLISHMENT)]
    told = ", ".join(one[0].lower() + one[1:] for one in dict.fromkeys(parts))
    return f"Une partie de l’habilitation {grant} est fermée : {told}." if told else ""


def connection_of(grant: Grant, environment: str) -> ConnectionData | None:
    """The data handed over for one environment, if they were."""
    return ConnectionData.objects.filter(grant=grant, environment=environment).first()


def connections_of(grant: Grant) -> list[ConnectionData]:
    """The data handed over, sandbox last as in the alphabet of environments."""
    return list(ConnectionData.objects.filter(grant=grant).order_by("environment"))


def may_read_connection(user: Any, grant: Grant) -> bool:
    """Agents, and the members who prepare the service: a mere reader does not."""
    return user.is_agent or bool(parties.roles_in(user, grant.holder_id) & PREPARERS)


def listed(grants: GrantQuerySet, *, states: Iterable[str] = (), words: str = "") -> GrantQuerySet:
    """Rights for a list page: newest first, holder read along, long columns left in the database."""
    found = grants.select_related("holder").defer("establishments", "tests_evidence", "list_evidence")
    if wanted := list(states):
        found = found.filter(state__in=wanted)
    if words:
        found = (
            found.filter(reference__iexact=words)
            | found.filter(service_name__icontains=words)
            | found.filter(parties.named("service__", words))
            | found.filter(parties.named("holder__", words))
        )
    return found.order_by("-decided_at", "-pk")
