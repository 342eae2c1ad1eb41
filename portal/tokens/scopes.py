"""What a token may be used for. A token reads or proposes; it never signs, decides or approves (settled 36)."""

from portal.lifecycle.table import LabelledEnum


class Scope(LabelledEnum):
    """One permission of a token, named as the API documents it."""

    WHITELIST_READ = "whitelist:read", "Lire la liste blanche publiée"
    VERDICTS_READ = "verdicts:read", "Demander un verdict d’accès"
    GATEWAYS_REPORT = "gateways:report", "Rendre compte de l’application de la liste blanche"
    SERVICES_READ = "services:read", "Lire les services numériques"
    GRANTS_READ = "grants:read", "Lire les habilitations"
    CANDIDACIES_READ = "candidacies:read", "Lire les candidatures, sauf ce qui est confidentiel"
    CANDIDACIES_PROPOSE = "candidacies:propose", "Proposer un brouillon, que l’éditeur complétera et déposera"
    NOTICES_READ = "notices:read", "Lire les annonces publiées"
    CERTIFICATES_READ = "certificates:read", "Lire les certificats et leurs contrôles"
    CERTIFICATES_PROPOSE = "certificates:propose", "Proposer un certificat, qu’une personne de l’éditeur déclarera"


class Where(LabelledEnum):
    """An environment whose list a token may read, whose verdicts it may ask, and for which it may report."""

    PRODUCTION = "production", "Production"
    SANDBOX = "sandbox", "Bac à sable"
