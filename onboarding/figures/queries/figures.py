"""Every figure of the agency's page, a constant number of queries whatever the number of dossiers."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from onboarding.candidacies.lifecycle import LIFECYCLE, Move, State
from onboarding.candidacies.models import Candidacy
from onboarding.committee.models import CommitteeSession, Decision, Opinion
from onboarding.committee.outcomes import Outcome
from onboarding.committee.queries import panel
from onboarding.committee.terms import Motive
from onboarding.figures import tables
from onboarding.figures.delays import Stage
from onboarding.figures.forecast import Forecast
from onboarding.figures.queries import delays
from onboarding.figures.queries.delays import Delays
from onboarding.figures.tables import Figure
from policy.grants.models import Grant
from portal.audit.models import AuditEvent
from portal.calendar.deadlines import paris_date
from portal.calendar.working_days import working_days_between
from portal.reference.models import Region
from portal.web import wording

AGES = (("Moins d’une semaine", 0, 7), ("1 à 4 semaines", 7, 28), ("1 à 3 mois", 28, 91), ("Plus de 3 mois", 91, 99999))
OPEN_STATES = (State.DRAFT, State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED, State.COMPLETE, State.DEFERRED)
SESSIONS = 8
PACE_DAYS = 91


def every(now: datetime) -> list[Figure]:
    """All figures, in the order of the page."""
    measured = delays.measured(now)
    return [make(now, measured) for make in FIGURES.values()]


def one(key: str, now: datetime) -> Figure | None:
    """The figure of that key; None when there is none."""
    if key not in FIGURES:
        return None
    measured = delays.measured(now) if key.startswith("delais") else Delays({}, [])
    return FIGURES[key](now, measured)


def _by_age(now: datetime, _: Delays) -> Figure:
    arrived = Candidacy.objects.filter(state__in=OPEN_STATES).annotate(at=Coalesce("submitted_at", "opened_at"))
    cut = {
        f"age_{low}": Count("pk", filter=Q(at__lte=now - timedelta(days=low), at__gt=now - timedelta(days=high)))
        for _, low, high in AGES
    }
    found: dict[str, Any] = {row["state"]: row for row in arrived.order_by().values("state").annotate(**cut)}
    counts = {state: found.get(state.value, {}) for state in OPEN_STATES}
    rows = [(state.label, [int(told.get(f"age_{low}", 0)) for _, low, _ in AGES]) for state, told in counts.items()]
    note = "Dossiers en cours, par état et par temps écoulé depuis le dernier dépôt (l’ouverture, pour un brouillon)."
    return tables.stacked("etapes", "Dossiers par étape et ancienneté", note, ("État", *(a for a, _, _ in AGES)), rows)


def _overall(now: datetime, measured: Delays) -> Figure:
    rows = tuple((one.stage.label, one.count, one.p50, one.p80) for one in measured.overall.values())
    note = (
        "Jours ouvrés des douze derniers mois, tour de l’éditeur déduit : la moitié des dossiers ont pris au plus la "
        "médiane, huit sur dix au plus le 80e centile."
    )
    return Figure("delais", "Délais par étape", note, ("Étape", "Dossiers", "Médiane", "80e centile"), rows)


def _over_time(stage: Stage) -> Callable[[datetime, Delays], Figure]:
    def made(now: datetime, measured: Delays) -> Figure:
        months = [month.measures[stage] for month in measured.months]
        labels = [f"{wording.MONTHS[month.first.month - 1]} {month.first.year}" for month in measured.months]
        series = [("Médiane", [one.p50 for one in months]), ("80e centile", [one.p80 for one in months])]
        note = "En jours ouvrés, par mois de fin de l’étape."
        counts = [one.count for one in months]
        return tables.curves(f"delais-{stage.value}", f"Délai : {stage.label.lower()}", note, labels, series, counts)

    return made


def _by_session(now: datetime, _: Delays) -> Figure:
    told = Decision.objects.told().in_force().filter(item__session__isnull=False)
    found = told.order_by().values_list("item__session__held_on", "item__session__reference", "outcome")
    tally: dict[tuple[Any, str], Counter[str]] = {}
    for held_on, reference, outcome, count in found.annotate(count=Count("pk")):
        tally.setdefault((held_on, reference), Counter())[outcome] += count
    kept = sorted(tally, reverse=True)[:SESSIONS]
    rows = [(f"{ref}, {wording.short_day(day)}", [tally[day, ref][o.value] for o in Outcome]) for day, ref in kept]
    columns = ("Séance", *(outcome.label for outcome in Outcome))
    note = f"Décisions en vigueur des {SESSIONS} dernières séances ; ce qu’un embargo retient n’y figure pas."
    return tables.stacked("decisions", "Décisions par séance", note, columns, rows)


def _by_motive(now: datetime, _: Delays) -> Figure:
    refused = Decision.objects.told().in_force().filter(outcome=Outcome.REFUSE, recorded_at__gte=now - timedelta(365))
    tally = Counter(code for codes in refused.values_list("motives", flat=True) for code in codes)
    rows = [(motive.label, tally[motive.value]) for motive in Motive if tally[motive.value]]
    note = "Motifs des refus des douze derniers mois ; une décision peut en avoir plusieurs."
    return tables.counted("motifs", "Refus par motif", note, "Motif", sorted(rows, key=lambda row: -row[1]))


def _by_profile(now: datetime, _: Delays) -> Figure:
    found = Grant.objects.living().order_by().values_list("feeding_profiles", "access_profile")
    tally = Counter({row[:2]: row[2] for row in found.annotate(count=Count("pk"))})
    rows = [(f"Alimentation {letters}", tally[letters, None]) for letters in ("A", "B", "AB")]
    rows += [(f"Accès, profil {level}", tally["", level]) for level in range(6)]
    note = "Habilitations vivantes, par profil accordé."
    return tables.counted("profils", "Services par profil", note, "Profil", rows)


def _by_region(now: datetime, _: Delays) -> Figure:
    admitted = Candidacy.objects.filter(state=State.ADMITTED).values_list("service_id", "region_routes")
    places = {(service, code) for service, routes in admitted for code in routes}
    tally = Counter(code for _, code in places)
    names = dict(Region.objects.filter(code__in=list(tally)).values_list("code", "name"))
    rows = [(names.get(code, f"Région {code}"), count) for code, count in tally.most_common()]
    note = "Services admis, par région demandée ; un service compte dans chacune de ses régions."
    return tables.counted("regions", "Services par région", note, "Région", rows)


def _agreement(now: datetime, _: Delays) -> Figure:
    rules = panel.agreement(since=now - timedelta(days=365))
    choices = dict(Opinion._meta.get_field("choice").choices or ())
    decided = Decision.objects.told().in_force().values_list("item_id", "outcome")
    admits = {item: Outcome(outcome).admits for item, outcome in decided}
    tally: dict[str, list[int]] = {str(code): [0, 0] for code in choices}
    for item, choice in Opinion.objects.filter(item__in=list(admits)).values_list("item_id", "choice"):
        tally[choice][0 if admits[item] else 1] += 1
    rows: list[tuple[str, list[int]]] = [
        ("Règles suivies", [rules.agreed, 0]),
        ("Règles non suivies", [rules.compared - rules.agreed, 0]),
    ]
    rows += [(f"Avis « {str(label).lower()} »", tally[str(code)]) for code, label in choices.items()]
    note = "Profil désigné par les règles et avis des membres, face à la décision rendue."
    columns = ("Avis", "Décision favorable", "Décision défavorable ou ajournement")
    return tables.stacked("avis", "Avis et décisions", note, columns, rows)


def forecast(now: datetime) -> Forecast:
    """What may be complete before the next cut-off, at the pace of the last three months; three queries."""
    today = paris_date(now)
    session = CommitteeSession.objects.under_way().filter(cut_off__gte=today).order_by("cut_off").first()
    counts = dict(Candidacy.objects.order_by().values_list("state").annotate(count=Count("pk")))
    since = now - timedelta(days=PACE_DAYS)
    pace = AuditEvent.objects.filter(
        subject_type=Candidacy._meta.label_lower, action=LIFECYCLE.action(Move.DECLARE_COMPLETE), at__gte=since
    ).count()
    return Forecast(
        session.cut_off if session else None,
        working_days_between(today, session.cut_off) if session else 0,
        counts.get(State.SUBMITTED, 0),
        counts.get(State.UNDER_REVIEW, 0),
        counts.get(State.COMPLETE, 0),
        pace,
        working_days_between(paris_date(since), today),
    )


def _working(days: int) -> str:
    return f"{days} {'jours ouvrés' if days > 1 else 'jour ouvré'}"


def _forecast(now: datetime, _: Delays) -> Figure:
    told = forecast(now)
    rows = [
        ("Complets aujourd’hui", told.complete),
        ("Complets à temps, attendus", told.expected),
        ("Pour la séance d’après", told.left),
    ]
    when = f"le {wording.day(told.cut_off)}, dans {_working(told.days_left)}" if told.cut_off else "non fixée"
    pace = f"{told.pace} {'complétudes' if told.pace > 1 else 'complétude'} en {_working(told.period)}"
    note = f"Date limite de la prochaine séance : {when}. Rythme des trois derniers mois : {pace}."
    return tables.counted("prevision", "Prévision avant la prochaine date limite", note, "Dossiers", rows)


FIGURES: Mapping[str, Callable[[datetime, Delays], Figure]] = {
    "etapes": _by_age,
    "prevision": _forecast,
    "delais": _overall,
    **{f"delais-{stage.value}": _over_time(stage) for stage in Stage},
    "decisions": _by_session,
    "motifs": _by_motive,
    "avis": _agreement,
    "profils": _by_profile,
    "regions": _by_region,
}
