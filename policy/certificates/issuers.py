"""What an unrecognised issuer is, said by its name: a former generation, another branch of IGC-Santé, a stranger."""

from .x509 import Facts

_ANS_NAMES = ("ASIP-SANTE", "AGENCE DU NUMERIQUE EN SANTE")
_GRADES = {"ELEMENTAIRE": "Élémentaire", "STANDARD": "Standard", "FORT": "Fort"}


def described(facts: Facts) -> str:
    """A French phrase that follows « : »; the issuer's own text is shown beside it."""
    issuer = facts.issuer
    if issuer.digest == facts.subject.digest:
        return "il s’est signé lui-même"
    organisations = [text.upper() for text in issuer.values("O")]
    if any("GIP-CPS" in text for text in organisations):
        return "il vient d’une autorité du GIP-CPS, l’ancienne génération que l’IGC-Santé a remplacée"
    if any(text in _ANS_NAMES for text in organisations) or any("IGC-SANTE" in text for text in issuer.values("OU")):
        return f"il vient d’une autre autorité de l’IGC-Santé{_branch(issuer.values('CN'))}"
    return "son émetteur n’est pas une autorité de l’IGC-Santé"


def _branch(names: tuple[str, ...]) -> str:
    """« (gamme Standard, domaine Personnes) », as far as the common name says."""
    text = " ".join(names).upper()
    grade = next((f"gamme {label}" for word, label in _GRADES.items() if word in text), "")
    domain = "domaine Personnes" if "PERSONNES" in text else "domaine Organisations" if "ORGANISATIONS" in text else ""
    said = ", ".join(part for part in (grade, domain) if part)
    return f" ({said})" if said else ""
