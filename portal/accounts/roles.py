"""The roles of the agency's staff and of regional actors."""

from portal.lifecycle.table import LabelledEnum


class StaffRole(LabelledEnum):
    """What a person of the agency may do; several may be held. The regional ones are scoped to one region."""

    REVIEWER = "reviewer", "Instructeur"
    TEST_VERIFIER = "test_verifier", "Vérificateur des tests"
    SECRETARY = "secretary", "Secrétaire du comité"
    MEMBER = "member", "Membre du comité"
    CHAIR = "chair", "Président du comité"
    POLICY_MANAGER = "policy_manager", "Gestionnaire de la politique d’accès"
    WHITELIST_MANAGER = "whitelist_manager", "Gestionnaire de la liste blanche"
    SECURITY_OFFICER = "security_officer", "Responsable de la sécurité"
    RAPPORTEUR = "rapporteur", "Rapporteur (lecture seule)"
    AUDITOR = "auditor", "Auditeur"
    ADMINISTRATOR = "administrator", "Administrateur"
    REGIONAL_AUTHORITY = "regional_authority", "Agence régionale de santé"
    REGIONAL_READER = "regional_reader", "Espace régional (lecture)"


REGIONAL = frozenset({StaffRole.REGIONAL_AUTHORITY, StaffRole.REGIONAL_READER})
NATIONAL = frozenset(StaffRole) - REGIONAL
