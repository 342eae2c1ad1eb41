"""The figures that anyone may read: none that rests on so few dossiers that it would point at one of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count

from onboarding.committee.models import Decision
from onboarding.committee.outcomes import Outcome
from onboarding.figures import charts, tables
from onboarding.figures.delays import FEWEST
from onboarding.figures.queries import delays, figures
from onboarding.figures.tables import Figure

KEPT = 600  # seconds: anyone may ask, the journal is read once
OTHERS = f"Autres, moins de {FEWEST} chacun"
YEAR = timedelta(days=365)


def every(now: datetime) -> list[Figure]:
    """The public figures, in the order of their page."""
    found: list[Figure] | None = cache.get("published-figures")
    if found is None:
        found = [_delays(now), _outcomes(now), *(_enough(figures.one(key, now)) for key in ("profils", "regions"))]
        cache.set("published-figures", found, KEPT)
    return found


def one(key: str, now: datetime) -> Figure | None:
    """The public figure of that key; None when there is none."""
    return next((figure for figure in every(now) if figure.key == key), None)


def _delays(now: datetime) -> Figure:
    measures = delays.measured(now).publishable
    rows = tuple((measure.stage.label, measure.count, measure.p50, measure.p80) for measure in measures)
    note = (
        "Jours ouvrés des douze derniers mois, temps de l’éditeur déduit : la moitié des dossiers ont pris au plus la "
        "médiane, huit sur dix au plus le 80e centile."
    )
    return Figure("delais", "Délais par étape", note, ("Étape", "Dossiers", "Médiane", "80e centile"), rows)


def _outcomes(now: datetime) -> Figure:
    told = Decision.objects.told().in_force().filter(recorded_at__gte=now - YEAR)
    counts = dict(told.order_by().values_list("outcome").annotate(count=Count("pk")))
    rows = [(outcome.label, counts.get(outcome.value, 0)) for outcome in Outcome]
    note = "Décisions notifiées depuis douze mois, en vigueur, du comité national et des espaces régionaux."
    return _enough(tables.counted("decisions", "Décisions rendues", note, "Décision", rows))


def _enough(figure: Figure | None) -> Figure:
    """A figure of counts without those below FEWEST: told together where they are enough, else left out."""
    assert figure is not None  # named above
    rows = [(str(label), int(count or 0)) for label, count in figure.rows]
    told = folded(rows)
    picture = charts.bars(["Nombre"], [(label, [count]) for label, count in told]) if told else None
    return replace(figure, rows=tuple(told), picture=picture)


def folded(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The rows of at least FEWEST, then the others together when they reach it."""
    told = [(label, count) for label, count in rows if count >= FEWEST]
    left = sum(count for _, count in rows if count < FEWEST)
    return [*told, (OTHERS, left)] if left >= FEWEST else told
