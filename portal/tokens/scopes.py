"""What a token may be used for. A token reads or proposes; it never signs, decides or approves (settled 36)."""

from portal.lifecycle.table import LabelledEnum


class Scope(LabelledEnum):
    """One permission of a token, named as the API documents it."""

    WHITELIST_READ = "whitelist:read", "Lire la liste blanche publiée"
    VERDICTS_READ = "verdicts:read", "Demander un verdict d’accès"
    SERVICES_READ = "services:read", "Lire les services numériques"
    GRANTS_READ = "grants:read", "Lire les habilitations"
