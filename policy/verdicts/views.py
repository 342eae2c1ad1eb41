"""The simulator: may this caller do this, here, that day, and why. Each answer has its own address."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from policy.certificates.environments import Environment
from policy.profiles import wording
from policy.profiles.engine import Effect
from portal.web.access import STAFF, reads

from . import callers, decision, queries
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
    index = queries.index_at(_environment(request), now)
    form = SimulatorForm(request.GET or None, book=index.rulebook, today=timezone.localdate(now))
    context: dict[str, Any] = {
        "form": form,
        "index": index,
        "known": callers.known(index),
        "breadcrumb": [("Simulateur d’accès", "")],
    }
    if form.is_valid():
        context |= _answer(form.cleaned_data, now)
    return render(request, "policy/verdicts/simulator.html", context)


def _environment(request: HttpRequest) -> str:
    asked = request.GET.get("environnement")
    return asked if asked in set(Environment) else Environment.PRODUCTION.value


def _answer(asked: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The same hour on the day asked about, so that today means now."""
    local = timezone.localtime(now)
    day = asked["jour"]
    at = local.replace(year=day.year, month=day.month, day=day.day)
    index = queries.index_at(asked["environnement"], at)
    verdict = decision.decide(index, _question(index, asked, at))
    return {
        "verdict": verdict,
        "at": at,
        "asked": _in_words(index, asked),
        "look": LOOKS[verdict.effect],
        "sentence": _sentence(verdict, asked["operation"]),
    }


def _question(index: Index, asked: dict[str, Any], at: datetime) -> Question:
    caller = callers.find(index, asked["appelant"])
    finess = asked["etablissement"] or None
    return Question(
        operation=asked["operation"],
        at=at,
        fingerprint=caller.fingerprint or None,
        client_id=caller.client_id or None,
        element=asked["element"] or None,
        establishment=finess,
        region=queries.region_of(finess) if finess else None,
    )


def _in_words(index: Index, asked: dict[str, Any]) -> str:
    """« ror-1 demande à modifier « … », établissement 350054680 »: an answer is read with its question."""
    verb = wording.operation(index.rulebook, asked["operation"])
    where = f", établissement {asked['etablissement']}" if asked["etablissement"] else ""
    return f"{asked['appelant']} demande à {verb} {wording.asked(index.rulebook, asked['element'])}{where}"


def _sentence(verdict: Verdict, operation: str) -> str:
    """A write has no data to filter: its condition is simply not met yet."""
    if verdict.effect is Effect.CONDITIONAL and operation == PATCH:
        return "Permis sous condition : l’appel ne passerait que si la condition est remplie."
    return SENTENCES[verdict.effect]
