"""The questionnaire for anyone, page by page; its answer; the candidacy it fills; its rules for the agency."""

from typing import Any
from urllib.parse import parse_qs

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from policy.grants.direction import Direction
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.web.access import STAFF, VENDOR, entrance, public, reads, writes
from portal.web.acting import posted, refusals_in, status_of

from . import address, coverage, operations, queries, session, wording
from .answer import in_place
from .forms import QuestionForm, TakeOverForm, VersionForm
from .lifecycle import Move
from .models import OrientationVersion
from .questionnaire import NOTHING, Question, Questionnaire, Situation, Standing, Topic, walk

HERE = "Orientation"


@public
def orientation(request: HttpRequest) -> HttpResponse:
    """The next question, or the answer. `etape` names the question just sent, `modifier` the one to answer again."""
    book = queries.in_force().book
    given = address.read(book, dict(request.GET.lists()))
    again = _named(book, request.GET.get("modifier", ""))
    standing = walk(book, given, until=again.id if again else "")
    if standing.next is None:
        return _answer_page(request, book, standing)
    sent = request.GET.get("etape") == standing.next.slug
    chosen = sorted(standing.next.accepted(given.get(standing.next.id, NOTHING)))
    initial = {standing.next.slug: chosen if standing.next.many else next(iter(chosen), "")}
    form = QuestionForm(request.GET if sent else None, question=standing.next, initial=initial)
    context = {
        "book": book,
        "standing": standing,
        "question": standing.next,
        "source": book.sources[standing.next.source],
        "form": form,
        "total": len(standing.answered) + standing.left,
        "before": _others(book, given, standing.next),
        "back": _back(book, standing, given),
        "breadcrumb": [(HERE, "")],
    }
    return render(request, "onboarding/orientation/question.html", context, status=422 if sent else 200)


def _named(book: Questionnaire, slug: str) -> Question | None:
    return next((question for question in book.questions if question.slug == slug), None)


def _others(book: Questionnaire, given: Situation, asked: Question) -> list[tuple[str, str]]:
    """The answers to all other questions: those that come later serve again once this one is answered."""
    return [
        (question.slug, code)
        for question in book.questions
        if question.id != asked.id
        for code in sorted(question.accepted(given.get(question.id, NOTHING)))
    ]


def _back(book: Questionnaire, standing: Standing, given: Situation) -> str:
    """The page of the question before, its answer still ticked; empty on the first one."""
    if not standing.answered:
        return ""
    kept = {question.id: question.accepted(given.get(question.id, NOTHING)) for question in book.questions}
    return f"{reverse('orientation')}?{address.of(book, kept)}&modifier={standing.answered[-1][0].slug}"


def _answer_page(request: HttpRequest, book: Questionnaire, standing: Standing) -> HttpResponse:
    now = timezone.now()
    said = in_place(book, standing.situation, queries.surroundings(at=now))
    query = address.write(standing.answered)
    context = {
        "said": said,
        "given": _told(standing),
        "portraits": queries.portraits(said, at=now),
        "query": query,
        "topics": Topic,
        "breadcrumb": [(HERE, reverse("orientation")), ("Réponse", "")],
    }
    return render(request, "onboarding/orientation/answer.html", context)


def _told(standing: Standing) -> list[tuple[Question, list[str], list[str]]]:
    """The answers given: question, labels, codes."""
    return [
        (question, [option.label for option in question.options if option.code in codes], sorted(codes))
        for question, codes in standing.answered
    ]


@entrance
def keep(request: HttpRequest) -> HttpResponse:
    """Keeps the answers for after sign-in, and goes on to the candidacy."""
    book = queries.in_force().book
    given = address.read(book, dict(request.POST.lists()))
    standing = walk(book, given)
    if request.method != "POST" or standing.next is not None:
        return redirect(f"{reverse('orientation')}?{address.write(standing.answered)}")
    session.keep(request.session, address.write(standing.answered))
    return redirect("orientation_take_over")


@writes(audience=VENDOR)
def take_over(request: HttpRequest) -> HttpResponse:
    """Open a candidacy with the answers kept, for one of one's services."""
    book = queries.in_force().book
    standing = walk(book, address.read(book, parse_qs(session.kept(request.session))))
    if not session.kept(request.session) or standing.next is not None:
        return redirect("orientation")
    said = in_place(book, standing.situation, queries.surroundings(at=timezone.now()))
    choices = [
        (Direction(way), service) for way in said.directions for service in queries.services_for(request.user, way)
    ]
    form = TakeOverForm(posted(request), choices=choices)
    if form.is_valid():
        with refusals_in(form):
            direction, service = form.chosen
            user: Any = request.user
            candidacy = operations.take_over(service, direction, standing.situation, by=user)
            if len(said.directions) == 1:
                session.forget(request.session)
            messages.success(request, f"La candidature {candidacy} est ouverte avec vos réponses. Relisez chaque bloc.")
            return redirect("candidacy", candidacy.reference)
    context = {
        "form": form,
        "choices": choices,
        "said": said,
        "given": _told(standing),
        "back": f"{reverse('orientation')}?{address.write(standing.answered)}",
        "breadcrumb": [(HERE, reverse("orientation")), ("Reprendre dans ma candidature", "")],
    }
    return render(request, "onboarding/orientation/take_over.html", context, status=status_of(form))


@reads(audience=STAFF)
def rules(request: HttpRequest) -> HttpResponse:
    """What the questionnaire asks and says, with the sources; its versions."""
    current = queries.in_force()
    told = wording.rules(current.book)
    context = {
        "current": current,
        "questions": wording.questions(current.book),
        "topics": [(topic, [rule for rule in told if rule.topic == topic]) for topic in Topic],
        "versions": queries.history(),
        "paths": coverage.coverage(current.book).paths,
        "may_publish": registry.may(request.user, Move.PUBLISH, OrientationVersion()),
        "breadcrumb": [("Règles d’orientation", "")],
    }
    return render(request, "onboarding/orientation/rules.html", context)


@writes(audience=STAFF, step_up=True)
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a version of the questionnaire, starting from the one in force."""
    if not registry.may(request.user, Move.PUBLISH, OrientationVersion()):
        raise NotPermitted("Seul un administrateur ou un gestionnaire de la politique d’accès publie le questionnaire.")
    current = queries.in_force()
    form = VersionForm(request.POST or None, initial={"source": current.source})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            version = operations.publish(
                form.cleaned_data["source"], reason=form.cleaned_data["reason"], by=request.user
            )
            messages.success(request, f"Le {version} répond désormais aux visiteurs.")
            return redirect("orientation_rules")
    context = {
        "form": form,
        "current": current,
        "breadcrumb": [("Règles d’orientation", reverse("orientation_rules")), ("Publier une version", "")],
    }
    return render(request, "onboarding/orientation/publish.html", context, status=status_of(form))
