"""How a right is worded on pages, mails and documents: its profiles and its space."""

from collections.abc import Iterable


def feeding_letters(profiles: Iterable[str]) -> str:
    """Feeding profiles as they are stored: distinct letters in order, ``"AB"``; empty for none."""
    return "".join(sorted({str(profile) for profile in profiles}))


def profiles(feeding: Iterable[str], access: int | None) -> str:
    """« profils d’alimentation A et B », « profil d’accès 2 », « aucun profil »."""
    if access is not None:
        return f"profil d’accès {access}"
    letters = list(feeding_letters(feeding))
    if not letters:
        return "aucun profil"
    return f"profil{'s' if len(letters) > 1 else ''} d’alimentation {' et '.join(letters)}"


def space(region: str) -> str:
    """« espace national », « espace régional (région 53) »."""
    return f"espace régional (région {region})" if region else "espace national"
