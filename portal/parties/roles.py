"""The roles a person may hold in a legal entity, and what each is for."""

from collections.abc import Mapping

from portal.lifecycle.table import LabelledEnum


class MembershipRole(LabelledEnum):
    """Only the legal representative deposits, signs and attests; the others prepare or read."""

    LEGAL_REPRESENTATIVE = "legal_representative", "Représentant légal"
    DELEGATE = "delegate", "Mandataire"
    TECHNICAL_CONTACT = "technical_contact", "Référent technique"
    CONTRIBUTOR = "contributor", "Contributeur"
    READER = "reader", "Lecteur"


# A delegate whose mandate is recorded, while the setting `delegates.may_sign` is on: a role that nobody is given.
MANDATED_DELEGATE = "mandated_delegate"
SIGNATORIES = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MANDATED_DELEGATE})

PURPOSES: Mapping[MembershipRole, str] = {
    MembershipRole.LEGAL_REPRESENTATIVE: "Engage l’organisme : dépose, signe, confirme, et décide qui en fait partie.",
    MembershipRole.DELEGATE: "Prépare tout, répond aux demandes de compléments, envoie les listes ; ne signe pas, sauf "
    "mandat enregistré là où l’agence l’admet.",
    MembershipRole.TECHNICAL_CONTACT: "Certificats, tests, adresse de production ; prépare les déclarations de "
    "changement.",
    MembershipRole.CONTRIBUTOR: "Complète la candidature et la liste d’établissements.",
    MembershipRole.READER: "Consulte, sans rien changer.",
}

PREPARERS = frozenset(
    {
        MembershipRole.LEGAL_REPRESENTATIVE,
        MembershipRole.DELEGATE,
        MembershipRole.TECHNICAL_CONTACT,
        MembershipRole.CONTRIBUTOR,
    }
)
