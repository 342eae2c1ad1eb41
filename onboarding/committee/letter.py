"""The words of the notification: one letter, four variants, the decision in the first paragraph.

The same sheet feeds the letter, the mail and the preview shown to the secretary before anything is recorded.
Order required by `screens`: decision, profiles with what they open, reservations, grounds, next steps, then appeal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import motive_words
from policy.grants.direction import Direction
from policy.profiles import catalogue
from portal.web import wording


@dataclass(frozen=True, slots=True)
class Case:
    """What the letter is about: names and references as they stand when the decision is taken.

    `answer_days` is the agency's delay, in working days, to answer once tests are declared ended; `opened` the lines
    in which the access policy describes each profile that may be granted, by code; `appeal` the ways and delays of
    appeal; `authority` names the regional authority that decides, empty for the committee.
    """

    candidacy: str
    service: str
    holder: str
    direction: Direction
    requested: Profiles
    decided_on: date
    session: str
    charter_signed: bool
    answer_days: int
    corrects: str = ""
    opened: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    appeal: tuple[str, ...] = ()
    authority: str = ""
    is_written: bool = False
    target_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenedProfile:
    """A granted profile: its name, what it opens and what it never opens.

    `more` holds what the access policy in force says of it, line by line; it then says what is never opened.
    """

    label: str
    opens: str
    never: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of the notification, in the order in which they are read."""

    subject: str
    decision: str
    opened: tuple[OpenedProfile, ...]
    reservations: tuple[str, ...]
    motives: tuple[str, ...]
    grounds: tuple[str, ...]
    grounds_heading: str
    next_steps: tuple[str, ...]
    corrects: str
    appeal: tuple[str, ...]


_VERDICTS = {
    Outcome.ADMIT: "a rendu un avis favorable et accorde",
    Outcome.ADMIT_WITH_RESERVATIONS: "a rendu un avis favorable avec réserves et accorde",
    Outcome.DEFER: "a ajourné sa décision",
    Outcome.REFUSE: "a rendu un avis défavorable",
}
_SUBJECTS = {
    Outcome.ADMIT: "Candidature admise",
    Outcome.ADMIT_WITH_RESERVATIONS: "Candidature admise avec réserves",
    Outcome.DEFER: "Candidature ajournée",
    Outcome.REFUSE: "Candidature refusée",
}
_PURPOSES = {Direction.FEEDING: "alimente le ROR", Direction.CONSUMPTION: "consomme les données du ROR"}


def compose(case: Case, ruling: Ruling) -> Letter:
    """The letter that tells this ruling on this case."""
    return Letter(
        subject=f"{_SUBJECTS[ruling.outcome]} : {case.service} ({case.candidacy})",
        decision=_decision(case, ruling),
        opened=tuple(_opened(case, ruling.granted)),
        reservations=ruling.reservation_words,
        motives=motive_words(ruling.motives),
        grounds=_lines(ruling.grounds),
        grounds_heading="Motifs et pièces attendues" if ruling.outcome is Outcome.DEFER else "Motifs",
        next_steps=tuple(_next_steps(case, ruling)),
        corrects=_corrects(case),
        appeal=case.appeal if _is_adverse(case, ruling) else (),
    )


def _is_adverse(case: Case, ruling: Ruling) -> bool:
    """Whether the applicant gets less than he asked for: such a decision says how to contest it."""
    return ruling.outcome is not Outcome.ADMIT or not ruling.follows(case.requested)


def _decision(case: Case, ruling: Ruling) -> str:
    verdict = _VERDICTS[ruling.outcome]
    what = f" {_article(ruling.granted)}" if ruling.granted else ""
    asked = f" (demande : {case.requested.words})" if ruling.granted and ruling.granted != case.requested else ""
    told = f"{_who(case)} {verdict}{what}{asked}."
    return (
        f"{told} La candidature {case.candidacy} est présentée par {case.holder}, pour que le service "
        f"« {case.service} » {_PURPOSES[case.direction]}."
    )


def _who(case: Case) -> str:
    """« Réuni le …, le comité … », « Le …, l’agence régionale … »."""
    day = wording.day(case.decided_on)
    if case.authority:
        return f"Le {day}, l’agence régionale de santé ({case.authority}), pour son espace de confiance,"
    met = f"Consulté par écrit, le {day}," if case.is_written else f"Réuni le {day},"
    return f"{met} le comité d’intégration au cercle de confiance du ROR"


def _article(granted: Profiles) -> str:
    """« le profil d’alimentation A », « les profils d’alimentation A et B », « le profil d’accès 2 »."""
    return f"les {granted.words}" if len(granted.feeding) > 1 else f"le {granted.words}"


def _opened(case: Case, granted: Profiles) -> Sequence[OpenedProfile]:
    codes = [*sorted(granted.feeding)] if granted.access is None else [str(granted.access)]
    return [_described(code, case.opened.get(code, ())) for code in codes]


def _described(code: str, lines: tuple[str, ...]) -> OpenedProfile:
    """The profile in the words of the policy; in those of the catalogue while no policy is in force."""
    profile = catalogue.profile(code)
    if len(lines) < 2:
        return OpenedProfile(profile.label, profile.description, profile.never)
    return OpenedProfile(profile.label, lines[0], "", lines[1:])


def _corrects(case: Case) -> str:
    return f"Cette décision rectifie et remplace la décision {case.corrects}." if case.corrects else ""


def _next_steps(case: Case, ruling: Ruling) -> Sequence[str]:
    if ruling.outcome is Outcome.DEFER:
        return [
            "Complétez la candidature sur le portail avec les pièces indiquées ci-dessus, puis déposez-la à nouveau.",
            _back_on_agenda(case),
        ]
    if ruling.outcome is Outcome.REFUSE:
        return [
            "Vous pouvez présenter une nouvelle candidature, qui citera celle-ci, si la situation du service change."
        ]
    return [*_charter(case), *_towards_production(case, ruling.granted)]


def _back_on_agenda(case: Case) -> str:
    if case.target_on:
        return f"Elle est déjà inscrite à la séance du {wording.day(case.target_on)}, qui la verra complétée."
    return "Elle sera inscrite à l’ordre du jour d’une prochaine séance dès qu’elle sera déclarée complète."


def _charter(case: Case) -> Sequence[str]:
    if case.charter_signed:
        return []
    return ["Le représentant légal signe la charte sur le portail : elle conditionne la mise en production."]


def _towards_production(case: Case, granted: Profiles) -> Sequence[str]:
    certified = granted.access != 0  # profile 0 authenticates with a secret, without certificate
    steps = ["Déclarez le certificat de test du service (IGC-Santé TEST, type ORG AUTH_CLI)."] if certified else []
    steps.append(
        "L’agence vous remet les données de connexion au bac à sable ; vous y déroulez les scénarios de tests."
    )
    steps.append(
        f"Déclarez la fin des tests : l’agence les vérifie et vous répond sous {case.answer_days} jours ouvrés."
    )
    pieces = "l’URL" if not certified else "le certificat de production et l’URL"
    if case.direction is Direction.FEEDING:
        steps.append(f"Déclarez {pieces} du service, puis confirmez la liste des établissements.")
    else:
        steps.append(f"Déclarez {pieces} du service, puis joignez l’attestation d’un commanditaire.")
    steps.append("L’agence inscrit le service en liste blanche et vous annonce la date d’effet.")
    return steps


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
