"""What a vendor declares once admitted, and what a declaration may reopen."""

from portal.lifecycle.table import LabelledEnum


class Kind(LabelledEnum):
    """What changes (charter for feeding services; settled question 16)."""

    URL = "url", "Adresse du service"
    CERTIFICATE = "certificate", "Certificat"
    ESTABLISHMENTS = "establishments", "Liste d’établissements"
    VERSION = "version", "Nouvelle version du logiciel"
    MAJOR_FUNCTION = "major_function", "Changement fonctionnel majeur"
    PURPOSE = "purpose", "Finalité ou profil"
    HOSTING = "hosting", "Hébergement"
    REPRESENTATIVE = "representative", "Représentant légal"
    MERGER = "merger", "Fusion ou reprise de l’organisme"
    END_OF_SERVICE = "end_of_service", "Fin du service"


class Level(LabelledEnum):
    """What a declaration reopens, from the least to the most."""

    NOTICE = "notice", "Simple information"
    REVIEW = "review", "Examen par l’agence"
    TESTS = "tests", "Nouveaux tests"
    COMMITTEE = "committee", "Nouvelle décision du comité"


class Applier(LabelledEnum):
    """Who accepts a declaration: who would have to apply it."""

    NOBODY = "nobody", "personne"
    REVIEWER = "reviewer", "un instructeur"
    MANAGER = "manager", "un gestionnaire de la liste blanche"
    COMMITTEE = "committee", "le comité"
