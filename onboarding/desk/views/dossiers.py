"""The page of a dossier, tab by tab."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from onboarding.candidacies import pane
from onboarding.candidacies.lifecycle import State
from onboarding.committee import queries as committee
from onboarding.committee.lifecycle import DecisionMove, SessionMove
from onboarding.committee.models import CommitteeSession, Decision
from onboarding.committee.queries import panel
from onboarding.desk.queries import dossier as sheets
from onboarding.desk.queries.dossier import Sheet
from onboarding.desk.steps import Turn
from onboarding.workbench import queries as workbench
from onboarding.workbench.lifecycle import NoteMove
from onboarding.workbench.models import Note
from portal.calendar import working_days
from portal.calendar.deadlines import paris_date
from portal.lifecycle import registry
from portal.reference.spaces import SpaceKind
from portal.web.access import STAFF, reads


@dataclass(frozen=True)
class Tab:
    """A tab: its word, its template, and what it reads beyond the sheet."""

    label: str
    template: str
    read: Callable[[Sheet, Any], Mapping[str, Any]]


def _nothing(sheet: Sheet, user: Any) -> Mapping[str, Any]:
    return {}


TABS: Mapping[str, Tab] = {
    "demande": Tab("Demande", "request", _nothing),
    "echanges": Tab(
        "Échanges",
        "exchanges",
        lambda sheet, user: {"notes": workbench.notes_on(sheet.candidacy, user)},
    ),
    "avis": Tab(
        "Avis",
        "opinions",
        lambda sheet, user: {
            "advice": panel.advice_on(sheet.candidacy, at=timezone.now()),
            "asked": committee.requested(sheet.candidacy),
            "opinions": sheets.opinions_on(sheet.candidacy),
        },
    ),
    "tests": Tab("Tests", "tests", lambda sheet, user: {"campaigns": sheets.campaigns_of(sheet.candidacy)}),
    "certificats": Tab(
        "Certificats",
        "certificates",
        lambda sheet, user: {
            "certificates": sheets.certificates_of(sheet.candidacy),
            "servers": sheets.servers_of(sheet.candidacy),
        },
    ),
    "etablissements": Tab(
        "Établissements", "establishments", lambda sheet, user: {"lists": sheets.lists_of(sheet.candidacy)}
    ),
    "habilitation": Tab(
        "Décision et habilitation",
        "grant",
        lambda sheet, user: {
            "decisions": sheets.decisions_on(sheet.candidacy),
            "grants": sheets.grants_of(sheet),
            "entries": sheets.entries_of(sheet),
            "sanctions": sheets.sanctions_of(sheet.candidacy),
        },
    ),
    "documents": Tab(
        "Documents", "documents", lambda sheet, user: {"documents": sheets.documents_of(sheet.candidacy, user)}
    ),
    "historique": Tab("Historique", "history", lambda sheet, user: {"history": sheets.history(sheet)}),
}


@reads(trace="Consultation du dossier {reference}", audience=STAFF)
def dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """A dossier, opened on the request."""
    return _page(request, reference, "demande")


@reads(trace="Consultation du dossier {reference}, onglet {tab}", audience=STAFF)
def dossier_tab(request: HttpRequest, reference: str, tab: str) -> HttpResponse:
    """Another tab of a dossier."""
    if tab not in TABS:
        raise Http404
    return _page(request, reference, tab)


def _page(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    now = timezone.now()
    sheet = sheets.sheet(reference, request.user, now=now, compared=name == "demande")
    if sheet is None:
        raise Http404
    journey = sheet.way.journey.seen_by(request.user.staff_roles)  # type: ignore[union-attr]
    context = {
        "sheet": sheet,
        "dossier": sheet.dossier,
        "candidacy": sheet.candidacy,
        "journey": journey,
        "agency_act": journey.next_act(Turn.AGENCY),
        "tabs": [(key, tab.label, _badge(sheet, key)) for key, tab in TABS.items()],
        "tab": name,
        "tab_label": TABS[name].label,
        "tab_template": f"onboarding/desk/tabs/{TABS[name].template}.html",
        "follow": sheet.candidacy.is_followed,  # type: ignore[attr-defined]
        "days_left": working_days.working_days_between(paris_date(now), journey.due) if journey.due else None,
        "breadcrumb": [("Dossiers", reverse("candidacies")), (reference, "")],
        **_pane(request.user, sheet, today=paris_date(now)),
        **TABS[name].read(sheet, request.user),
    }
    return render(request, "onboarding/desk/dossier.html", context)


def _badge(sheet: Sheet, tab: str) -> int:
    """The number shown on a tab; zero shows none."""
    counts = {
        "echanges": len(sheet.dossier.messages),
        "demande": sum(comment.closed_at is None for comment in sheet.dossier.comments),
    }
    return counts.get(tab, 0)


def _pane(user: Any, sheet: Sheet, *, today: Any) -> dict[str, Any]:
    """What this agent may do now."""
    candidacy = sheet.candidacy
    moves = registry.moves_open_to(user, candidacy)
    prepared = [comment for comment in sheet.dossier.comments if comment.sent_at is None]
    lacking = sheet.dossier.before_completeness if candidacy.state == State.UNDER_REVIEW else []
    may_enter = registry.may(user, SessionMove.ENTER, CommitteeSession())
    is_ready = candidacy.state in (State.COMPLETE, State.DEFERRED) and sheet.item is None
    waits = is_ready and candidacy.space == SpaceKind.NATIONAL
    item = sheet.item
    return {
        "acts": pane.acts(moves, prepared=len(prepared), before_completeness=lacking),
        "preparations": pane.preparations(moves),
        "may_write": "write" in moves,
        "may_note": registry.may(user, NoteMove.WRITE, Note()),
        "may_comment": "comment" in moves,
        "prepared": prepared,
        "sessions": sheets.open_sessions() if may_enter and waits else [],
        "waits_for_session": waits,
        "waits_for_region": is_ready and not waits,
        "may_enter": may_enter,
        "may_decide": bool(
            item
            and item.session
            and (item.session.is_written or item.session.held_on <= today)
            and registry.may(user, DecisionMove.RECORD, Decision())
        ),
    }
