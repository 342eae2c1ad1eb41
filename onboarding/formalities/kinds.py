"""What is done outside the portal, and the official forms that ask for it (settled question 14).

Sources: steps of connection to the ROR (2023), steps 5 to 8; G_NIUS, supplier and consumer courses; forms F413 and F414
of March 2024. The contract and the cards belong to the legal entity, and serve all its services.
"""

from portal.lifecycle.table import LabelledEnum


class Formality(LabelledEnum):
    """A step declared with its date and its proof; the value is its address."""

    MEMBERSHIP = "contrat", "Contrat d’adhésion avec l’ANS"
    CARD = "carte-representant", "Carte de représentant légal"
    CPA_CARDS = "cartes-cpa", "Cartes CPA des administrateurs techniques"
    ADMINISTRATORS = "administrateurs", "Désignation des administrateurs techniques"
    TEST_MEANS = "moyens-de-test", "Cartes et certificats de test"
    RETRIEVAL = "retrait", "Retrait des certificats sur la plateforme IGC-Santé"

    @property
    def is_of_entity(self) -> bool:
        """Whether it is done once for all the services of the legal entity."""
        return self in OF_ENTITY

    @property
    def form(self) -> "OfficialForm | None":
        """The official form that asks for it, if there is one."""
        return FORMS.get(self)


class OfficialForm(LabelledEnum):
    """A form of the agency."""

    F101 = "F101", "Demande de carte de représentant légal"
    F413 = "F413", "Déclaration des administrateurs techniques"
    F414 = "F414", "Commande de moyens d’identification électronique de test"


OF_ENTITY = frozenset({Formality.MEMBERSHIP, Formality.CARD, Formality.CPA_CARDS})
FORMS = {
    Formality.CARD: OfficialForm.F101,
    Formality.ADMINISTRATORS: OfficialForm.F413,
    Formality.TEST_MEANS: OfficialForm.F414,
}
MAILBOXES = {  # where a filled form is sent; the F101's is on the form itself
    OfficialForm.F413: "monserviceclient.certificats@esante.gouv.fr",
    OfficialForm.F414: "monserviceclient.developpement@esante.gouv.fr, copie à monserviceclient.ror@esante.gouv.fr",
}


def of_slug(slug: str) -> Formality | None:
    """The formality of an address; None for an unknown one."""
    return Formality(slug) if slug in set(Formality) else None
