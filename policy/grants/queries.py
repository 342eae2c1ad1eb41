"""Readings of rights: what production still waits for, connection data, lists for pages."""

from collections.abc import Iterable

from policy.certificates.environments import Environment
from portal.lifecycle.errors import Missing

from .direction import Direction
from .models import ConnectionData, Grant, GrantQuerySet
from .readiness import Fact, lacking


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
    return missing


def connection_of(grant: Grant, environment: str) -> ConnectionData | None:
    """The data handed over for one environment, if they were."""
    return ConnectionData.objects.filter(grant=grant, environment=environment).first()


def connections_of(grant: Grant) -> list[ConnectionData]:
    """The data handed over, sandbox last as in the alphabet of environments."""
    return list(ConnectionData.objects.filter(grant=grant).order_by("environment"))


def listed(grants: GrantQuerySet, *, states: Iterable[str] = (), words: str = "") -> GrantQuerySet:
    """Rights for a list page: newest first, holder read along, long columns left in the database."""
    found = grants.select_related("holder", "service").defer("establishments", "tests_evidence", "list_evidence")
    if wanted := list(states):
        found = found.filter(state__in=wanted)
    if words:
        found = (
            found.filter(reference__iexact=words)
            | found.filter(service_name__icontains=words)
            | found.filter(holder__name__icontains=words)
        )
    return found.order_by("-decided_at", "-pk")
