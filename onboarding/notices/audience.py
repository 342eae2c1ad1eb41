"""What an audience must name, and how it is told."""

from collections.abc import Mapping, Sequence

from policy.grants.direction import Direction

from .kinds import Audience

_LACKS = {
    Audience.DIRECTION: ("direction", "Choisissez le sens d’échange."),
    Audience.PROFILE: ("profiles", "Choisissez au moins un profil."),
    Audience.REGION: ("regions", "Choisissez au moins une région."),
    Audience.SERVICES: ("services", "Donnez la référence d’au moins un service."),
}


def lack(
    audience: str, *, direction: str, profiles: Sequence[str], regions: Sequence[str], services: Sequence[str]
) -> tuple[str, str] | None:
    """(field, French sentence) of what the audience should name and does not; None when it is whole."""
    named = {"direction": direction, "profiles": profiles, "regions": regions, "services": services}
    asked = _LACKS.get(Audience(audience))
    return asked if asked and not named[asked[0]] else None


def words(
    audience: str,
    *,
    direction: str,
    profiles: Sequence[str],
    regions: Sequence[str],
    services: Sequence[str],
    names: Mapping[str, str],
) -> str:
    """« les services qui alimentent le ROR », « les services des profils 1, 2 »… `names` gives those of regions."""
    kind = Audience(audience)
    if kind is Audience.DIRECTION:
        return f"les services du sens « {Direction(direction).label.lower()} »" if direction else kind.label
    if kind is Audience.PROFILE:
        return f"les services des profils {', '.join(profiles)}"
    if kind is Audience.REGION:
        return f"les services de {', '.join(names.get(code, code) for code in regions)}"
    return f"les services {', '.join(services)}" if kind is Audience.SERVICES else "tous les éditeurs"
