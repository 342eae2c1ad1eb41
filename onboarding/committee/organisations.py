"""Who sits at the committee: the organisations named by the programme, and what a person does there.

Source: G_NIUS, « Comité d’intégration au cercle de confiance du ROR » (DGOS, DGCS, DNS, CNSA, ARS, GRADeS); the agency
keeps the secretariat.
"""

from portal.lifecycle.table import LabelledEnum


class Organisation(LabelledEnum):
    """An organisation represented at the committee."""

    DGOS = "dgos", "Direction générale de l’offre de soins (DGOS)"
    DGCS = "dgcs", "Direction générale de la cohésion sociale (DGCS)"
    DNS = "dns", "Délégation au numérique en santé (DNS)"
    CNSA = "cnsa", "Caisse nationale de solidarité pour l’autonomie (CNSA)"
    ARS = "ars", "Agence régionale de santé (ARS)"
    GRADES = "grades", "Groupement régional d’appui au développement de l’e-santé (GRADeS)"
    ANS = "ans", "Agence du numérique en santé (ANS)"

    @property
    def short(self) -> str:
        """The usual acronym."""
        return self.label.rpartition("(")[2].rstrip(")")


class Function(LabelledEnum):
    """What a person does at the committee."""

    MEMBER = "member", "Membre"
    CHAIR = "chair", "Président"
    SECRETARY = "secretary", "Secrétaire"

    @property
    def votes(self) -> bool:
        """The secretary keeps the session and has no voice."""
        return self is not Function.SECRETARY


REGIONAL = frozenset({Organisation.ARS, Organisation.GRADES})
