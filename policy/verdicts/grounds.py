"""Why a caller is refused before any rule is asked: coded grounds and their French sentences."""

from datetime import UTC, datetime
from typing import Any

from portal.lifecycle.table import LabelledEnum
from portal.web import wording

from .feeding_path import PathFault


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
    CASE_UNKNOWN = "case_unknown", "La politique ne connaît pas ce cas de récupération."
    CASE_CONTRADICTED = "case_contradicted", "Le cas de récupération ne passe pas par l’opération demandée."
    CASE_EXCLUDED = "case_excluded", "Ce cas de récupération ne donne jamais cette donnée."
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
    ESTABLISHMENT_CLOSED = (
        "establishment_closed",
        "L’établissement {finess} est fermé pour l’instant à l’inscription {entry}, par une mesure ou une réserve.",
    )
    PROFILE_CLOSED = (
        "profile_closed",
        "L’opération demande un profil fermé pour l’instant à l’inscription {entry} ({shut}), par une mesure ou une "
        "réserve.",
    )


TITLES = {
    Ground.MALFORMED: "Question illisible",
    Ground.CALLER: "Appelant mal nommé",
    Ground.INSTANT: "Instant illisible",
    Ground.NO_OPERATION: "Opération absente",
    Ground.PATH_CONTRADICTED: "Ligne de requête contredite",
    Ground.CASE_UNKNOWN: "Cas de récupération inconnu",
    Ground.CASE_CONTRADICTED: "Cas de récupération contredit",
    Ground.CASE_EXCLUDED: "Donnée absente du cas de récupération",
    Ground.NO_PUBLICATION: "Aucune liste publiée",
    Ground.UNKNOWN_CALLER: "Appelant hors de la liste",
    Ground.SUSPENDED: "Inscription suspendue",
    Ground.NOT_IN_FORCE: "Inscription qui n’est pas en vigueur",
    Ground.NOT_YET_EFFECTIVE: "Inscription pas encore effective",
    Ground.CERTIFICATE_EXPIRED: "Certificat expiré",
    Ground.REGION_MISSING: "Région non dite",
    Ground.REGION_OUTSIDE: "Région hors du périmètre",
    Ground.ESTABLISHMENT_MISSING: "Établissement non dit",
    Ground.ESTABLISHMENT_OUTSIDE: "Établissement hors de la liste",
    Ground.ESTABLISHMENT_CLOSED: "Établissement fermé par une mesure",
    Ground.PROFILE_CLOSED: "Profil fermé par une mesure",
}


def title(code: str) -> str:
    """A few words for a ground, for tables; a ground of the request line is told by its whole sentence."""
    if code in set(Ground):
        return TITLES[Ground(code)]
    return PathFault(code).label if code in set(PathFault) else code


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
        shut=", ".join(f"profil {code}" for code in sorted(right.shut)),
    )


def _moment(instant: float) -> str:
    """The instant in words; empty for a right without end."""
    return wording.moment(datetime.fromtimestamp(instant, UTC)) if abs(instant) < 1e11 else ""
