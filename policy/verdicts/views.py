"""The simulator: may this caller do this, here, that day, and why. Each answer has its own address."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from policy.certificates.environments import Environment
from policy.profiles import queries as profiles
from policy.profiles import wording
from policy.profiles.engine import Effect
from policy.profiles.models import PolicyVersion
from policy.profiles.rulebook import Clause
from portal.reference import queries as reference
from portal.web.access import STAFF, reads
from portal.web.wording import PARIS

from . import callers, decision, queries, simulation
from . import impact as impacts
from .decision import Verdict
from .forms import SimulatorForm
from .index import Index
from .question import PATCH, Question

LOOKS = {Effect.PERMIT: "success", Effect.CONDITIONAL: "warning", Effect.DENY: "error"}
SENTENCES = {
    Effect.PERMIT: "Permis : cet appel passerait.",
    Effect.CONDITIONAL: (
        "Permis sous condition : l’appel passerait, et le ROR ne rendrait que les données qui la remplissent."
    ),
    Effect.DENY: "Refusé : cet appel ne passerait pas.",
}


@reads(audience=STAFF)
def simulator(request: HttpRequest) -> HttpResponse:
    """The question, and below it the verdict with the rules that counted."""
    now = timezone.now()
    index = queries.open_index(request.user, _environment(request), now)
    regions = callers.regions(index, request.GET.get("appelant", ""))
    form = SimulatorForm(request.GET or None, book=index.rulebook, today=timezone.localdate(now), regions=regions)
    context: dict[str, Any] = {
        "form": form,
        "index": index,
        "known": callers.known(index),
        "breadcrumb": [("Simulateur d’accès", "")],
    }
    if form.is_valid():
        context |= _answer(form, now, request.user)
    return render(request, "policy/verdicts/simulator.html", context)


def _environment(request: HttpRequest) -> str:
    asked = request.GET.get("environnement")
    return asked if asked in set(Environment) else Environment.PRODUCTION.value


def _answer(form: SimulatorForm, now: datetime, user: Any) -> dict[str, Any]:
    """The verdict at the instant asked about: without hour, the one it is, so that today means now."""
    asked = form.cleaned_data
    at = _instant(asked, now)
    index = queries.open_index(user, asked["environnement"], at)
    question = _question(index, asked, form.facts(), at)
    said = simulation.answer(index, question, profile=asked["profil"])
    act = decision.act_of(index, question)
    operation = act.operation if isinstance(act, decision.Act) else asked["operation"]
    return {
        "said": said,
        "verdict": said.verdict,
        "at": at,
        "asked": _in_words(index, asked, operation),
        "region": reference.region_names().get(question.region or "", ""),
        "told": _facts_in_words(index, form.facts()),
        "look": LOOKS[said.verdict.effect],
        "sentence": _sentence(said.verdict, operation, hypothetical=said.hypothetical),
        "link": _address(said.query),
    }


def _address(query: str) -> str:
    """The address of an answer, on this portal."""
    return f"{reverse('simulator')}?{query}"


def _instant(asked: dict[str, Any], now: datetime) -> datetime:
    """The day and the hour, in Paris; an hour that the change of hour skips or repeats is read as Python reads it."""
    hour = asked["heure"] or timezone.localtime(now).time()
    return datetime.combine(asked["jour"], hour, tzinfo=PARIS)


def _question(index: Index, asked: dict[str, Any], facts: dict[str, str], at: datetime) -> Question:
    operation, code = asked["operation"], asked["cas"]
    case = index.rulebook.cases.get(code)
    caller = callers.find(index, asked["appelant"], case.operation if case else operation)
    finess = asked["etablissement"] or None
    return Question(
        operation=operation or None,
        at=at,
        fingerprint=caller.fingerprint or None,
        client_id=caller.client_id or None,
        element=asked["element"] or None,
        establishment=finess,
        region=asked["region"] or (queries.region_of(finess) if finess else None),
        facts=facts,
        case=code or None,
    )


def _in_words(index: Index, asked: dict[str, Any], operation: str) -> str:
    """« ror-1 demande à modifier « … », établissement 350054680 »: an answer is read with its question."""
    verb, case = wording.operation(index.rulebook, operation), index.rulebook.cases.get(asked["cas"])
    where = f", établissement {asked['etablissement']}" if asked["etablissement"] else ""
    how = f" ({case.label})" if case else ""
    who = asked["appelant"] or f"Un service de profil {asked['profil']}"
    return f"{who} demande à {verb} {wording.asked(index.rulebook, asked['element'])}{how}{where}"


def _facts_in_words(index: Index, facts: dict[str, str]) -> str:
    """« l’unité est non sensible et … »: what the question says of the data, as far as that day's policy knows it."""
    book = index.rulebook
    known = {code: value for code, value in facts.items() if code in book.facts and value in book.facts[code].values}
    said = [wording.clause(book, Clause(code, frozenset({value}))) for code, value in known.items()]
    return wording.listed(said) if said else ""


def _sentence(verdict: Verdict, operation: str, *, hypothetical: bool) -> str:
    """A write has no data to filter: its condition is simply not met yet."""
    if verdict.effect is Effect.CONDITIONAL and operation == PATCH:
        return "Permis sous condition : l’appel ne passerait que si la condition est remplie."
    if hypothetical and verdict.effect is Effect.PERMIT:
        return "Permis : ce profil l’ouvre, dans le périmètre du service qui le détiendrait."
    return SENTENCES[verdict.effect]


@reads(audience=STAFF)
def impact(request: HttpRequest, number: str) -> HttpResponse:
    """What a version of the policy changes for the services whose right is in force."""
    found = get_object_or_404(PolicyVersion.objects.visible_to(request.user), number=number)
    other = profiles.compared_with(found, request.user, now=timezone.now())
    holders = queries.holders(request.user)
    context = {
        "version": found,
        "other": other,
        "impact": impacts.of(profiles.rulebook_of(other), profiles.rulebook_of(found), holders),
        "holders": len(holders),
        "breadcrumb": [
            ("Politique d’accès", reverse("policy")),
            (f"Version {number}", reverse("policy_version", args=[number])),
            ("Effet sur les habilitations", ""),
        ],
    }
    return render(request, "policy/verdicts/impact.html", context)


@reads(audience=STAFF)
def counts(request: HttpRequest) -> HttpResponse:
    """How many verdicts were given, day by day and reason by reason; nothing of who asked."""
    today = timezone.localdate()
    context = {
        "days": queries.counts_by_day(today),
        "reasons": queries.counts_by_reason(today),
        "breadcrumb": [("Simulateur d’accès", reverse("simulator")), ("Verdicts rendus", "")],
    }
    return render(request, "policy/verdicts/counts.html", context)
