"""Why a caller is refused before any rule is asked: coded grounds and their French sentences."""

from datetime import UTC, datetime
from typing import Any

from portal.lifecycle.table import LabelledEnum
from portal.web import wording


class Ground(LabelledEnum):
    """A ground of refusal; the label is its sentence, with the names of what is known."""

    MALFORMED = "malformed", "La question est illisible : chaque rubrique attend un texte."
    CALLER = "caller", "La question doit nommer l’appelant par un certificat ou par un identifiant client, et un seul."
    INSTANT = "instant", "L’instant de la question doit être une date et une heure avec leur fuseau."
    NO_OPERATION = "no_operation", "La question ne dit pas l’opération demandée."
    PATH_CONTRADICTED = (
        "path_contradicted",
        "La ligne de requête ne désigne pas l’opération ou l’établissement dits par ailleurs dans la question.",
    )
    NO_PUBLICATION = (
        "no_publication",
        "Aucune liste blanche n’est publiée dans cet environnement : aucun appelant n’est connu.",
    )
    UNKNOWN_CALLER = "unknown_caller", "L’appelant n’est pas inscrit sur la liste blanche de cet environnement."
    SUSPENDED = "suspended", "L’inscription {entry} est suspendue."
    NOT_IN_FORCE = "not_in_force", "L’inscription {entry} n’est pas en vigueur."
    NOT_YET_EFFECTIVE = "not_yet_effective", "L’inscription {entry} ne prend effet que le {opens}."
    CERTIFICATE_EXPIRED = "certificate_expired", "Le certificat a expiré le {closes}."
    REGION_MISSING = (
        "region_missing",
        "Le droit est limité à la région {region}, et la question ne dit pas la région demandée.",
    )
    REGION_OUTSIDE = (
        "region_outside",
        "Le droit est limité à la région {region} : la région {asked_region} en est exclue.",
    )
    ESTABLISHMENT_MISSING = (
        "establishment_missing",
        "Une écriture doit dire l’établissement (FINESS géographique) qu’elle modifie.",
    )
    ESTABLISHMENT_OUTSIDE = (
        "establishment_outside",
        "L’établissement {finess} n’est pas dans la liste que ce certificat ou ce client peut modifier ({entry}).",
    )


def say(ground: Ground, *, right: Any = None, act: Any = None) -> str:
    """The sentence of a ground, filled from the right and the act when it names them."""
    if right is None or act is None:
        return ground.label
    return ground.label.format(
        entry=right.entry,
        opens=_moment(right.opens),
        closes=_moment(right.closes),
        region=right.region,
        asked_region=act.region,
        finess=act.finess,
    )


def _moment(instant: float) -> str:
    """The instant in words; empty for a right without end."""
    return wording.moment(datetime.fromtimestamp(instant, UTC)) if abs(instant) < 1e11 else ""
