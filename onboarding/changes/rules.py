"""What each declared change reopens, why, and the first day it may take effect.

Sources: feeding charter (« Profils d’alimentation », « Gestion de la liste blanche », « Authentification par
certificat »); settled questions 16 (only a major functional change and any change of list, certificate or URL must be
declared; a version alone is a notice) and 21 (clocks of five working days, by setting).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from onboarding.candidacies.blocks import Block
from onboarding.changes.kinds import Applier, Kind, Level
from portal.calendar.working_days import add_working_days

PROFILES = "Charte d’alimentation du ROR, profils d’alimentation des données"
WHITELIST = "Charte d’alimentation du ROR, gestion de la liste blanche"
ENROLMENT = "Charte d’alimentation du ROR, authentification par certificat"
AGENCY = "Choix de l’agence, à confirmer"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of change reopens. `asks` labels the new value; `delay` is the setting that promises the answer."""

    kind: Kind
    level: Level
    applier: Applier
    asks: str
    words: str
    source: str
    delay: str = "production.answer_days"
    blocks: tuple[Block, ...] = ()

    @property
    def must_be_declared(self) -> bool:
        """Whether keeping silent about it is a breach."""
        return self.source != AGENCY


_ALL = (
    Rule(
        Kind.URL,
        Level.REVIEW,
        Applier.MANAGER,
        "Nouvelle adresse de production",
        "L’agence vérifie l’adresse, puis propose une nouvelle inscription en liste blanche, et rien d’autre.",
        WHITELIST,
    ),
    Rule(
        Kind.CERTIFICATE,
        Level.REVIEW,
        Applier.MANAGER,
        "Nouveau certificat",
        "Le certificat est déjà contrôlé par le portail ; l’agence propose une nouvelle inscription qui l’ajoute.",
        WHITELIST,
    ),
    Rule(
        Kind.ESTABLISHMENTS,
        Level.REVIEW,
        Applier.MANAGER,
        "Liste préparée",
        "Signer confirme la liste préparée ; l’inscription en vigueur ne change que lorsque l’agence l’y a portée.",
        PROFILES,
        "lists.effective_days",
    ),
    Rule(
        Kind.VERSION,
        Level.NOTICE,
        Applier.NOBODY,
        "Nouvelle version",
        "Une nouvelle version seule est une information : la fiche du service est mise à jour, rien n’est rouvert.",
        AGENCY,
    ),
    Rule(
        Kind.MAJOR_FUNCTION,
        Level.TESTS,
        Applier.REVIEWER,
        "Ce qui change",
        "Le service repasse les tests sur cette version ; le droit en vigueur reste ce qu’il est jusque-là.",
        PROFILES,
        "tests.answer_days",
    ),
    Rule(
        Kind.PURPOSE,
        Level.COMMITTEE,
        Applier.COMMITTEE,
        "Nouvelle finalité, ou profil voulu",
        "La finalité fonde le profil : une candidature modificative s’ouvre sur ces seuls blocs, et le comité décide.",
        PROFILES,
        blocks=(Block.PURPOSE, Block.ACCESS, Block.PROFILES),
    ),
    Rule(
        Kind.HOSTING,
        Level.REVIEW,
        Applier.REVIEWER,
        "Nouvel hébergeur et lieu d’hébergement",
        "L’agence prend connaissance du nouvel hébergement et met la fiche du service à jour.",
        AGENCY,
    ),
    Rule(
        Kind.REPRESENTATIVE,
        Level.REVIEW,
        Applier.REVIEWER,
        "Nouveau représentant légal",
        "Le nouveau représentant demande son rattachement avec sa preuve ; les droits du service ne changent pas.",
        AGENCY,
    ),
    Rule(
        Kind.MERGER,
        Level.COMMITTEE,
        Applier.COMMITTEE,
        "Organisme qui reprend le service, et son SIREN",
        "Le couple organisme et service est réexaminé : une candidature modificative s’ouvre, et le comité décide. "
        "Une fois le changement appliqué, le service et ses habilitations passent à l’organisme repreneur, dont le "
        "représentant légal signe la charte, invite ses équipes et fait émettre un certificat à son nom.",
        ENROLMENT,
        blocks=(Block.CONTACTS, Block.THIRD_PARTY),
    ),
    Rule(
        Kind.END_OF_SERVICE,
        Level.REVIEW,
        Applier.MANAGER,
        "Ce qui prend fin, et ce qui remplace le service",
        "Dès l’acceptation, le service ne présente plus de candidature. À la date acceptée, les inscriptions quittent "
        "la liste blanche, les habilitations puis les certificats sont retirés, les candidatures et déclarations en "
        "cours sont closes.",
        AGENCY,
    ),
)
RULES: Mapping[Kind, Rule] = {rule.kind: rule for rule in _ALL}


@dataclass(frozen=True, slots=True)
class Consequence:
    """What one declaration reopens, once its answers are known."""

    level: Level
    applier: Applier
    blocks: tuple[Block, ...]


def consequence(kind: Kind, *, changes_profile: bool = False) -> Consequence:
    """What a declaration reopens. A functional change that may move the profile goes before the committee (charter)."""
    rule = RULES[kind]
    if kind is Kind.MAJOR_FUNCTION and changes_profile:
        return Consequence(Level.COMMITTEE, Applier.COMMITTEE, RULES[Kind.PURPOSE].blocks)
    return Consequence(rule.level, rule.applier, rule.blocks)


def earliest(level: Level, *, signed_on: date, days: int, session: date | None = None) -> date | None:
    """The first day it may take effect: working days promised after the signature, or after the committee's session.

    None when the committee has no session in sight. A notice takes effect at once.
    """
    if level is Level.NOTICE:
        return signed_on
    if level is Level.COMMITTEE:
        return add_working_days(session, days) if session else None
    return add_working_days(signed_on, days)
