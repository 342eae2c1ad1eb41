"""The committee of the demonstration: two sessions held, with their minutes, and one to come, with its agenda."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from onboarding.committee import operations as committee
from onboarding.committee import queries
from onboarding.committee.attendance import Attendance
from onboarding.committee.lifecycle import Mode
from onboarding.committee.models import CommitteeSession
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Blocks, Motive, Reserve
from policy.grants.models import Grant
from portal.calendar.deadlines import PARIS, paris_date
from portal.calendar.working_days import add_working_days

from . import panel
from .cast import account_of
from .chronicle import Chronicle, moment
from .story import Dossier

PLACE = "Visioconférence"
VOTED = 1  # the session at which the members vote in the portal
ATTENDANCE = (
    Attendance("Agence du Numérique en Santé", "Claire Aubry (secrétaire), Inès Martel"),
    Attendance("Direction générale de l’offre de soins (fictif)", "Jean Exemple"),
    Attendance("Agences régionales de santé (fictif)", "Odile Imaginaire, Rémi Exemple"),
    Attendance("Fédération d’éditeurs (fictif)", "Paule Exemple"),
)
GROUNDS = {
    Outcome.REFUSE: "Le service vise l’exploitation statistique des données, hors finalités du cercle de confiance.",
    Outcome.DEFER: "Pièces attendues : mandat des établissements, adresse du délégué à la protection des données.",
}
RESERVE = Reserve("Fournir le rapport de charge avant l’inscription en liste blanche", Blocks.PRODUCTION)
TEXTS = {
    Outcome.ADMIT: "Le rapporteur présente le service et ses établissements. Le comité relève la clarté du dossier.",
    Outcome.ADMIT_WITH_RESERVATIONS: "Le comité discute de la tenue en charge annoncée et demande un rapport.",
    Outcome.DEFER: "Le comité constate qu’il manque deux pièces et reporte sa décision.",
    Outcome.REFUSE: "Le comité débat de la finalité déclarée : elle ne relève pas du cercle de confiance.",
}


def days(now: datetime) -> list[date]:
    """The days of the three sessions, all Tuesdays: about ten months ago, two and a half months ago, in three weeks."""
    return [_tuesday(paris_date(now) + timedelta(days=shift)) for shift in (-320, -76, 24)]


def _tuesday(day: date) -> date:
    return day - timedelta(days=(day.weekday() - 1) % 7)


def _at(day: date, hour: int, minutes: int = 0) -> datetime:
    return datetime.combine(day, time(hour), PARIS) + timedelta(minutes=minutes)


@dataclass
class Assembly:
    """The sessions, and the dossiers that each one decides, in the order of the agenda."""

    chronicle: Chronicle
    docket: dict[int, list[tuple[Dossier, Outcome]]] = field(default_factory=dict)
    waiting: list[Dossier] = field(default_factory=list)
    consulted: list[Dossier] = field(default_factory=list)

    def decides(self, number: int, dossier: Dossier, outcome: Outcome) -> None:
        """Puts a dossier before a session already held."""
        self.docket.setdefault(number, []).append((dossier, outcome))

    def convene(self, days: Sequence[date]) -> None:
        """Notes on the chronicle all that the sessions do."""
        for number, day in enumerate(days):
            if number == VOTED:
                self._sit(day, [outcome for _, outcome in self.docket.get(number, ())])
            self._plan(day)
            for rank, (dossier, outcome) in enumerate(self.docket.get(number, ())):
                self._enter(dossier, day, moment(add_working_days(day, -6), 40 + rank))
                self._rule(dossier, day, outcome, _at(day, 10, 12 * rank))
            self._minute(day, _texts(self.docket.get(number, ())), None if number == VOTED else ATTENDANCE)
        self._consult(add_working_days(paris_date(self.chronicle.now), -3))
        yesterday = add_working_days(paris_date(self.chronicle.now), -1)
        for rank, dossier in enumerate(self.waiting):
            self._enter(dossier, days[-1], _at(yesterday, 16, rank))
        if self.waiting:
            self._call(days[-1], _at(yesterday, 17))
            secretary = account_of("secretaire")
            self.chronicle.on(
                _at(yesterday, 17, 50), lambda at: committee.ask_pack(_session(days[-1]), by=secretary, at=at)
            )

    def _sit(self, day: date, outcomes: Sequence[Outcome]) -> None:
        """A session with its members: called, interests and opinions given, opened, voted."""
        before = add_working_days(day, -46)
        self.chronicle.on(_at(before, 9), lambda at: panel.choose_votes(True, at))
        self.chronicle.on(_at(before, 10), panel.seat)
        self._call(day, _at(add_working_days(day, -5), 9), outcomes)
        self.chronicle.on(_at(day, 9), lambda at: _open(day, at))
        self.chronicle.on(_at(day, 9, 30), lambda at: panel.vote(_session(day), outcomes, at))
        self.chronicle.on(_at(add_working_days(day, 1), 9), lambda at: panel.choose_votes(False, at))

    def _call(self, day: date, at: datetime, outcomes: Sequence[Outcome] = (Outcome.ADMIT,) * 2) -> None:
        """The members are called, declare their interests, and two of them give their opinions."""
        secretary, keys = account_of("secretaire"), ("membre_dgos", "membre_cnsa")
        self.chronicle.on(at, lambda at: committee.convene(_session(day), by=secretary, at=at))
        self.chronicle.on(at + timedelta(minutes=20), lambda at: panel.declare(_session(day), at))
        self.chronicle.on(at + timedelta(minutes=40), lambda at: panel.opine(_session(day), outcomes, at, keys=keys))

    def _consult(self, day: date) -> None:
        """A written consultation under way: the chair and a member have voted, two members have not yet."""
        ends_on, secretary = add_working_days(day, 10), account_of("secretaire")

        def call(at: datetime) -> None:
            panel.choose_votes(True, at)
            session = committee.plan_session(held_on=ends_on, cut_off=day, mode=Mode.WRITTEN, by=secretary, at=at)
            for dossier in self.consulted:
                committee.enter_on_agenda(session, dossier.candidacy, by=secretary, at=at)
            committee.convene(session, by=secretary, at=at)
            panel.choose_votes(False, at)

        def answer(at: datetime) -> None:
            panel.answer(_session(ends_on), [Outcome.ADMIT, Outcome.ADMIT_WITH_RESERVATIONS], at)

        self.chronicle.on(_at(day, 10), call)
        self.chronicle.on(_at(add_working_days(day, 1), 14), answer)

    def _plan(self, day: date) -> None:
        def plan(at: datetime) -> None:
            committee.plan_session(
                held_on=day, cut_off=day - timedelta(days=15), place=PLACE, by=account_of("secretaire"), at=at
            )

        self.chronicle.on(_at(add_working_days(day, -45), 11), plan)

    def _enter(self, dossier: Dossier, day: date, at: datetime) -> None:
        def enter(at: datetime) -> None:
            session = CommitteeSession.objects.get(held_on=day)
            committee.enter_on_agenda(session, dossier.candidacy, by=account_of("secretaire"), at=at)

        self.chronicle.on(at, enter)

    def _rule(self, dossier: Dossier, day: date, outcome: Outcome, at: datetime) -> None:
        def rule(at: datetime) -> None:
            session = CommitteeSession.objects.get(held_on=day)
            item = queries.item_of(session.reference, dossier.candidacy.reference)
            assert item is not None  # entered a week before
            ruling = _ruling(dossier, outcome)
            committee.record_decision(item, ruling=ruling, by=account_of("secretaire"), at=at)
            if outcome.admits:
                dossier.grant = Grant.objects.living().get(service=dossier.service, direction=dossier.tale.direction)

        self.chronicle.on(at, rule)

    def _minute(self, day: date, texts: Sequence[tuple[Dossier, str]], attendance: Sequence[Attendance] | None) -> None:
        def draft(at: datetime) -> None:
            written = {dossier.candidacy.reference: text for dossier, text in texts}
            session, secretary = CommitteeSession.objects.get(held_on=day), account_of("secretaire")
            committee.draft_minutes(session, attendance=attendance, texts=written, by=secretary, at=at)

        def close(at: datetime) -> None:
            committee.close_session(CommitteeSession.objects.get(held_on=day), by=account_of("secretaire"), at=at)

        self.chronicle.on(_at(day, 17), draft)
        self.chronicle.on(_at(day, 17, 30), close)


def _session(day: date) -> CommitteeSession:
    return CommitteeSession.objects.get(held_on=day)


def _open(day: date, at: datetime) -> None:
    """Everybody is there but the substitute."""
    session = _session(day)
    seats = session.summons.filter(seat__substitutes=None).values_list("seat__reference", flat=True)
    committee.open_session(session, present=list(seats), by=account_of("secretaire"), at=at)


def _ruling(dossier: Dossier, outcome: Outcome) -> Ruling:
    granted = Profiles.of(dossier.tale.codes) if outcome.admits else Profiles()
    kept = (RESERVE,) if outcome is Outcome.ADMIT_WITH_RESERVATIONS else ()
    motives = (Motive.PURPOSE,) if outcome is Outcome.REFUSE else ()
    return Ruling(outcome, granted, GROUNDS.get(outcome, ""), kept, motives)


def _texts(docket: Sequence[tuple[Dossier, Outcome]]) -> Sequence[tuple[Dossier, str]]:
    return [(dossier, TEXTS[outcome]) for dossier, outcome in docket]
