"""What the portal issues: one kind per form, letter or attestation."""

from portal.lifecycle.table import LabelledEnum


class Kind(LabelledEnum):
    """The kinds of documents; the label is the word of lists and of the verification page."""

    REQUEST_FORM = "request_form", "Demande d’intégration"
    RECEIPT = "receipt", "Récépissé de dépôt"
    ACKNOWLEDGEMENT = "acknowledgement", "Accusé de réception"
    LEGAL_TEXT = "legal_text", "Charte ou texte à lire"
    SIGNED_CHARTER = "signed_charter", "Charte ou texte signé"
    NOTIFICATION_LETTER = "notification_letter", "Courrier de notification"
    LETTER = "letter", "Courrier"
    COMMITTEE_PACK = "committee_pack", "Dossier de séance"
    MINUTES = "minutes", "Procès-verbal de séance"
    TEST_ATTESTATION = "test_attestation", "Attestation de tests"
    ESTABLISHMENT_LIST = "establishment_list", "Liste d’établissements"
    WHITELIST_ATTESTATION = "whitelist_attestation", "Attestation d’inscription sur liste blanche"
    OPENING_NOTICE = "opening_notice", "Avis d’ouverture"
    FORMAL_NOTICE = "formal_notice", "Mise en demeure"
    SANCTION_NOTICE = "sanction_notice", "Information préalable à une mesure"
    SUSPENSION_LETTER = "suspension_letter", "Courrier de suspension"
    WITHDRAWAL_LETTER = "withdrawal_letter", "Courrier de retrait"
    DATA_SHEET = "data_sheet", "Aide au remplissage"
