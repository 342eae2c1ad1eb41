"""The path into the circle of trust as anyone may read it: who does each step, and what it takes.

The steps and their actors are those of the journey itself; only « what it takes » is written here, after the feeding
charter, the connection steps (2023) and the courses of the agency.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from onboarding.desk.journey import RULES
from onboarding.desk.steps import Key
from policy.grants.direction import Direction

TAKES: Mapping[Key, str] = {
    Key.CLAIM: "Un numéro SIREN, SIRET ou FINESS, et une pièce qui prouve la qualité du représentant légal.",
    Key.SERVICE: "Le nom, le type et l’adresse du service.",
    Key.CANDIDACY: "La finalité, les utilisateurs, les données ou les profils demandés, deux contacts.",
    Key.LIST: "Les numéros FINESS géographiques des établissements.",
    Key.CHARTER: "La lecture de la charte, et une connexion avec second facteur.",
    Key.DEPOSIT: "Rien de plus : un récépissé arrive aussitôt.",
    Key.REVIEW: "Vos réponses, si l’agence demande des compléments champ par champ.",
    Key.COMMITTEE: "Rien : le comité examine les dossiers complets à la date limite.",
    Key.NOTIFICATION: "Rien : le courrier vous parvient par message.",
    Key.MEMBERSHIP: "Un contrat avec l’ANS, signé une fois pour tous vos services.",
    Key.CARD: "Le formulaire F101.",
    Key.CPA_CARDS: "Facultatif : une carte par administrateur technique.",
    Key.ADMINISTRATORS: "Le formulaire F413, ou le téléservice mesHabilitations.",
    Key.TEST_MEANS: "Le formulaire F414 : une carte et un certificat de test.",
    Key.TEST_CERTIFICATE: "Un certificat IGC-Santé TEST de type ORG AUTH_CLI, sauf pour le profil 0.",
    Key.SANDBOX: "Rien : l’agence vous remet les données de connexion.",
    Key.TESTS: "Le passage des scénarios prévus, par ordre de priorité.",
    Key.VERIFICATION: "Rien : l’agence répond dans le délai fixé.",
    Key.RETRIEVAL: "La carte de l’administrateur technique, sur la plateforme IGC-Santé.",
    Key.PRODUCTION_PIECES: "Un certificat IGC-Santé PROD et l’adresse du service en production.",
    Key.LIST_CONFIRMED: "La liste relue, confirmée ou mise à jour.",
    Key.ATTESTATION: "L’attestation d’un client qui a commandé la version.",
    Key.WHITELIST: "Rien : une personne propose, une autre approuve.",
    Key.PUBLICATION: "Rien.",
    Key.PRODUCTION: "Tenir à jour certificats, adresse et établissements.",
}


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A step for anyone: its title, who does it, what it takes; `only` when one direction alone goes through it."""

    title: str
    who: str
    takes: str
    only: str


def steps() -> list[PublicStep]:
    """The whole path, in order, both directions together."""
    return [
        PublicStep(key.label, rule.actor.words, TAKES.get(key, ""), _only(rule.only)) for key, rule in RULES.items()
    ]


def _only(direction: Direction | None) -> str:
    words = {Direction.FEEDING: "pour alimenter", Direction.CONSUMPTION: "pour consommer"}
    return words[direction] if direction else ""
