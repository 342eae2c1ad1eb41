"""Why a connection passes or fails: the causes in the order in which a gateway meets them, each with its remedy.

A call is examined from the outside in: a certificate at all, its authority, its hierarchy, its usage, its dates, its
revocation, then what the portal knows of it: declared, on the whitelist, applied by gateways, and the profile.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from policy.certificates import checks
from policy.certificates.checks import Check, Outcome
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.inspection import Inspection
from policy.certificates.lifecycle import State
from policy.certificates.question import Question
from policy.certificates.reasons import Reason
from policy.profiles import catalogue
from policy.verdicts.index import APPROVED, SUSPENDED, Right
from portal.web import wording

AGENCY = "Écrivez à l’agence depuis la page de votre habilitation."
NOTHING = (
    "Rien à corriger du côté du certificat. Si l’appel échoue encore, vérifiez l’adresse appelée, puis le code de la "
    "réponse : 429 veut dire que le quota est dépassé, 403 que le profil n’ouvre pas ce qui est demandé."
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a gateway said of the list: its name, the version it applies and since when (aware)."""

    gateway: str
    version: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal knows of the certificate in one environment.

    `reference` and `state` are those of the declared certificate, empty when none is, or when the reader may not know;
    `elsewhere` tells that it is declared in the other environment. `rights` are what the published list gives it;
    `waiting` is the entry that is proposed or scheduled with it. `version` is that of the list, 0 for none.
    """

    reference: str = ""
    state: str = ""
    elsewhere: bool = False
    revocation: Check = field(default_factory=checks.revocation)
    rights: tuple[Right, ...] = ()
    waiting: str = ""
    version: int = 0
    applied: tuple[Applied, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """The checks in order, and what to do next."""

    checks: tuple[Check, ...]

    @property
    def passes(self) -> bool:
        """True when nothing stops the connection."""
        return checks.is_acceptable(self.checks)

    @property
    def cause(self) -> Check | None:
        """What stops the connection first."""
        return next((check for check in self.checks if check.outcome is Outcome.BAD), None)

    @property
    def next_action(self) -> str:
        """What to do now."""
        return self.cause.remedy if self.cause else NOTHING


def none_presented() -> Findings:
    """The caller presented no certificate."""
    return Findings(
        (
            Check(
                "presented",
                "Certificat présenté",
                Outcome.BAD,
                "L’appel n’a présenté aucun certificat.",
                "Configurez votre client pour qu’il présente son certificat et sa clé (avec curl : --cert et --key).",
            ),
        )
    )


def unreadable(reason: Reason) -> Findings:
    """What was presented cannot be read as one certificate."""
    return Findings((Check("presented", "Certificat présenté", Outcome.BAD, reason.sentence, reason.remedy),))


def examine(
    read: Inspection,
    known: Known,
    *,
    environment: Environment,
    at: datetime,
    accepted: frozenset[Hierarchy] | None = None,
) -> Findings:
    """Every cause, in order; `accepted` are the hierarchies that the environment accepts, when not its own alone."""
    question = Question(environment, at, (), hierarchies=accepted)
    facts, chain = read.facts, read.chain
    return Findings(
        (
            Check(
                "presented", "Certificat présenté", Outcome.GOOD, f"Le certificat présenté est {facts.subject.rfc4514}."
            ),
            checks.authorities(facts, chain),
            checks.hierarchy(chain, question),
            checks.offer(facts),
            checks.validity(facts.not_before, facts.not_after, at=at),
            known.revocation,
            _declared(known, environment),
            _listed(known, environment, at),
            _applied(known),
            _profile(known),
        )
    )


def _declared(known: Known, environment: Environment) -> Check:
    name, label, where = "declared", "Déclaration au portail", environment.label.lower()
    if known.state == State.DECLARED:
        return Check(name, label, Outcome.GOOD, f"Il est déclaré pour cet environnement ({known.reference}).")
    if known.state:
        sentence = f"Le certificat {known.reference} est {State(known.state).label.lower()} : il ne doit plus servir."
        return Check(
            name, label, Outcome.BAD, sentence, "Faites présenter à votre client le certificat qui le remplace."
        )
    if known.elsewhere:
        sentence = f"Il est déclaré dans l’autre environnement, pas pour celui-ci ({where})."
        return Check(
            name, label, Outcome.BAD, sentence, f"Appelez l’autre environnement, ou déclarez-le ici ({where})."
        )
    sentence = f"Il n’est déclaré pour aucun service connu ici ({where})."
    return Check(name, label, Outcome.BAD, sentence, "Déclarez ce certificat sur la page de votre service.")


def _listed(known: Known, environment: Environment, at: datetime) -> Check:
    name, label = "listed", f"Liste blanche ({environment.label.lower()})"
    if right := next((one for one in known.rights if _is_open(one, at)), None):
        return Check(name, label, Outcome.GOOD, f"L’inscription {right.entry} l’admet, version {known.version}.")
    if known.rights:
        return Check(name, label, Outcome.BAD, *_closed(known.rights[0], at))
    if known.waiting:
        remedy = "Attendez la date d’effet : l’avis d’ouverture la donne, et rien n’est à faire d’ici là."
        return Check(name, label, Outcome.BAD, f"Son inscription n’a pas encore pris effet : {known.waiting}.", remedy)
    if not known.version:
        return Check(name, label, Outcome.BAD, "Aucune liste n’est publiée dans cet environnement.", AGENCY)
    remedy = f"Demandez l’inscription de ce certificat. {AGENCY}"
    return Check(name, label, Outcome.BAD, "Aucune inscription en vigueur ne porte ce certificat.", remedy)


def _is_open(right: Right, at: datetime) -> bool:
    return right.state == APPROVED and right.opens <= at.timestamp()


def _closed(right: Right, at: datetime) -> tuple[str, str]:
    """Why the right is closed, and what to do."""
    if right.state == SUSPENDED:
        remedy = (
            "Lisez les motifs sur la page de votre habilitation, corrigez, puis demandez la levée de la suspension."
        )
        return f"L’inscription {right.entry} est suspendue.", remedy
    day = wording.moment(datetime.fromtimestamp(right.opens, UTC)) if right.opens > at.timestamp() else ""
    return f"L’inscription {right.entry} ne prend effet que {day or 'plus tard'}.", "Attendez la date d’effet."


def _applied(known: Known) -> Check:
    """Whether gateways said that they apply the list; silence is no fault of the vendor's."""
    name, label = "applied", "Passerelles"
    if not known.applied or not known.rights:
        return Check(name, label, Outcome.UNAVAILABLE, "Aucune passerelle n’a dit quelle version elle applique.")
    late = [one for one in known.applied if one.version < known.version]
    if not late:
        return Check(
            name, label, Outcome.GOOD, f"Toutes appliquent la version {known.version} ({_names(known.applied)})."
        )
    sentence = f"Pas encore à la version {known.version} : {_names(late)}. Un changement récent y manque peut-être."
    return Check(name, label, Outcome.UNAVAILABLE, sentence)


def _names(applied: Iterable[Applied]) -> str:
    return ", ".join(f"{one.gateway}, version {one.version}" for one in applied)


def _profile(known: Known) -> Check:
    name, label = "profile", "Profil"
    codes = sorted({code for right in known.rights for code in right.profiles})
    if not codes:
        return Check(name, label, Outcome.UNAVAILABLE, "Le profil se lit sur l’inscription, et il n’y en a pas.")
    return Check(name, label, Outcome.GOOD, " ".join(_opened(known.rights, codes)))


def _opened(rights: Iterable[Right], codes: Iterable[str]) -> Iterator[str]:
    for code in codes:
        yield f"{catalogue.label(code)} : {catalogue.DESCRIPTIONS[catalogue.profile(code)]}"
    if count := sum(len(right.perimeter) for right in rights):
        yield f"Écriture : {count} établissement{'s' if count > 1 else ''}."
    if region := next((right.region for right in rights if right.region), ""):
        yield f"Lecture : région {region} seulement."
