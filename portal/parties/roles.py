"""The roles a person may hold in a legal entity."""

from portal.lifecycle.table import LabelledEnum


class MembershipRole(LabelledEnum):
    """Only the legal representative deposits, signs and attests; the others prepare or read."""

    LEGAL_REPRESENTATIVE = "legal_representative", "Représentant légal"
    DELEGATE = "delegate", "Mandataire"
    TECHNICAL_CONTACT = "technical_contact", "Référent technique"
    CONTRIBUTOR = "contributor", "Contributeur"
    READER = "reader", "Lecteur"


PREPARERS = frozenset(
    {
        MembershipRole.LEGAL_REPRESENTATIVE,
        MembershipRole.DELEGATE,
        MembershipRole.TECHNICAL_CONTACT,
        MembershipRole.CONTRIBUTOR,
    }
)
