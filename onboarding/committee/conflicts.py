"""Conflicts of interest that the portal can see by itself; those that only the person knows are declared.

Pure. Source: AZ-08 (a member linked to the applicant by organisation, by region or by a declared interest stands back).
"""

from dataclasses import dataclass

from portal.reference.spaces import SpaceKind


@dataclass(frozen=True, slots=True)
class Person:
    """A member: the legal entities he belongs or belonged to, and the region of his ARS or GRADeS, if that counts."""

    entities: frozenset[int]
    region: str = ""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks: the legal entity, and the regions that the request concerns."""

    entity: int
    name: str
    regions: tuple[str, ...]
    space: str = SpaceKind.NATIONAL


def conflict(person: Person, applicant: Applicant) -> str:
    """Why this person stands back from this request, in French; empty when the portal sees no reason."""
    if applicant.entity in person.entities:
        return f"Membre, présent ou passé, de la personne morale qui demande ({applicant.name})."
    if person.region and applicant.regions == (person.region,):
        return "La demande ne concerne que la région que cette personne représente."
    return ""
