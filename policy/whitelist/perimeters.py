"""Which establishments each certificate of an entry serves.

Sources: charter for feeding services (SaaS and regional EAI: one certificate, establishments checked on the solution;
proprietary: one certificate per client); settled question 23 (a client's certificate serves one or several of them).
"""

from collections.abc import Mapping, Sequence

from policy.grants.direction import Direction


def fault(
    direction: str,
    perimeters: Mapping[str, Sequence[str]],
    *,
    certificates: Sequence[str],
    establishments: Sequence[str],
    one_per_client: bool,
) -> str | None:
    """Why these perimeters, by certificate reference, do not fit the entry (French); None when they do."""
    if unknown := sorted(set(perimeters) - set(certificates)):
        return f"Le certificat {unknown[0]} ne fait pas partie de l’inscription."
    if direction != Direction.FEEDING:
        return (
            "Seule l’alimentation restreint un certificat à des établissements." if any(perimeters.values()) else None
        )
    outside = sorted({finess for listed in perimeters.values() for finess in listed} - set(establishments))
    if outside:
        return f"L’établissement {outside[0]} n’est pas dans la liste confirmée."
    if one_per_client and (alone := [reference for reference in certificates if not perimeters.get(reference)]):
        return f"Indiquez les établissements du client que sert le certificat {alone[0]} (solution propriétaire)."
    return None
