"""Pages of claims and of the sheet of a service."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from onboarding.vendors import operations, queries
from onboarding.vendors.forms import ClaimForm, RefusalForm, ServiceForm, VerificationForm
from onboarding.vendors.lifecycle import Move, State
from onboarding.vendors.models import EntityClaim
from portal.accounts.acting import acting
from portal.accounts.models import User
from portal.documents import operations as documents
from portal.documents.filetypes import SCANS
from portal.documents.models import DepositedFile
from portal.lifecycle import registry
from portal.lifecycle.errors import Stale
from portal.parties import access as parties
from portal.parties import queries as members
from portal.parties.lifecycle import ServiceMove
from portal.parties.models import DigitalService
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.lists import by_state

PAGE = 25


@reads
def claims(request: HttpRequest) -> HttpResponse:
    """All claims for an agent, those to examine first; for anybody else his entities, and his own claims."""
    context = {
        **by_state(request, State, queries.listed, size=PAGE),
        "entities": queries.entities_of(request.user),
        "joins": queries.joins_of(request.user),
        "to_answer": queries.joins_to_answer(request.user),
        "breadcrumb": [(_title(request.user), "")],
    }
    return render(request, "onboarding/vendors/claims.html", context)


@writes
def claim_new(request: HttpRequest) -> HttpResponse:
    """Claim to represent a legal entity."""
    form = ClaimForm(posted(request), request.FILES or None)
    if form.is_valid():
        with refusals_in(form):
            claim = _claim(form, by=acting(request))
            messages.success(request, f"Votre demande {claim} est enregistrée : un agent l’examine.")
            return redirect("claim", claim.reference)
    context = {"form": form, "breadcrumb": [_list(request.user), ("Nouvelle demande", "")]}
    return render(request, "onboarding/vendors/claim_new.html", context, status=status_of(form))


def _claim(form: ClaimForm, *, by: User) -> EntityClaim:
    data = dict(form.cleaned_data)
    upload = data.pop("proof")
    file = documents.deposit(upload.name, upload.read(), by=by, allowed=SCANS, field="proof")
    proof = operations.Proof(file=file, kind=data.pop("proof_kind"), day=data.pop("proof_date"))
    del data["numbering"], data["number"]
    return operations.claim(data.pop("identity"), **data, proof=proof, by=by)


@reads(trace="Consultation de la demande de rattachement {reference}")
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    """A claim: for the claimant, where it stands; for an agent, the piece and the two answers."""
    return _claim_page(request, _found(request, reference))


def _claim_page(request: HttpRequest, found: EntityClaim, **bound: Any) -> HttpResponse:
    moves = registry.moves_open_to(request.user, found)
    forms = {"verification": _verification(found), "refusal": RefusalForm()}
    context = {
        "claim": found,
        "is_proof_open": DepositedFile.objects.visible_to(request.user).filter(pk=found.proof_id).exists(),
        "may_verify": Move.VERIFY in moves,
        "may_refuse": Move.REFUSE in moves,
        "competing": queries.competing(found) if request.user.is_agent else [],  # type: ignore[union-attr]
        "known": queries.known_entity(found) if request.user.is_agent else None,  # type: ignore[union-attr]
        "breadcrumb": [_list(request.user), (f"Demande {found}", "")],
        **(forms | bound),
    }
    return render(request, "onboarding/vendors/claim.html", context, status=422 if bound else 200)


def _verification(found: EntityClaim, data: Any = None) -> VerificationForm:
    """The form by which an agent confirms a quality; it names those who represent the entity, if it is known."""
    known = queries.known_entity(found) if found.state == State.FILED else None
    present = [one for one in members.legal_representatives(known) if one != found.claimant] if known else []
    initial = VerificationForm.initial_of(found, present)
    return VerificationForm(data, representatives=present, initial=initial)


@writes(step_up=True, audience=STAFF)
def claim_verify(request: HttpRequest, reference: str) -> HttpResponse:
    """The agent has checked the quality of the claimant."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.VERIFY, found)
    form = _verification(found, posted(request))
    if form.is_valid():
        with refusals_in(form):
            entity = operations.verify(found, **form.values, by=acting(request))
            messages.success(request, f"{found.claimant.full_name} représente désormais {entity.name}.")
            return redirect("claim", reference)
    return _claim_page(request, found, verification=form) if form.errors else redirect("claim", reference)


@writes(audience=STAFF)
def claim_refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """The agent refuses, with grounds."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.REFUSE, found)
    form = RefusalForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.refuse(found, **form.cleaned_data, by=acting(request))
            messages.success(request, f"La demande {found} est refusée ; le demandeur en est informé.")
            return redirect("claim", reference)
    return _claim_page(request, found, refusal=form) if form.errors else redirect("claim", reference)


@writes
def service_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Declare a service of a legal entity."""
    entity = parties.entity_of(request.user, reference)
    parties.refuse_early(request.user, ServiceMove.OPEN, DigitalService(owner=entity))
    form = ServiceForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            service = operations.open_service(entity, **form.values, by=acting(request))
            messages.success(request, f"Le service « {service.name} » est déclaré.")
            return redirect("service", service.reference)
    trail = [(entity.name, reverse("entity", args=[reference])), ("Déclarer un service", "")]
    context = {"form": form, "entity": entity, "cancel": trail[0][1], "breadcrumb": trail}
    return render(request, "onboarding/vendors/service_new.html", context, status=status_of(form))


@writes
def service_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Correct a service and its sheet; a stale page shows what somebody else saved, and keeps the typing."""
    service = parties.service_of(request.user, reference)
    parties.refuse_early(request.user, ServiceMove.AMEND, service)
    form = ServiceForm(posted(request), initial=ServiceForm.initial_of(service, queries.sheet_of(service)))
    if form.is_valid():
        try:
            with refusals_in(form):
                version = form.cleaned_data["version"]
                operations.amend_service(service, **form.values, by=acting(request), version=version)
                messages.success(request, "La fiche du service est enregistrée.")
                return redirect("service", reference)
        except Stale as stale:
            return _stale_service(request, stale.current, form)
    return _service_page(request, service, form)


def _stale_service(request: HttpRequest, current: DigitalService, typed: ServiceForm) -> HttpResponse:
    saved = ServiceForm.initial_of(current, queries.sheet_of(current))
    data = request.POST.copy()
    data["version"] = str(current.version)
    return _service_page(request, current, ServiceForm(data), status=409, stale=typed.differing_from(saved))


def _service_page(
    request: HttpRequest, service: DigitalService, form: ServiceForm, *, status: int = 0, stale: Any = None
) -> HttpResponse:
    trail = [(service.name, parties.page_of_service(service)), ("Modifier la fiche", "")]
    context = {
        "form": form,
        "service": service,
        "stale": stale,
        "is_stale": stale is not None,
        "cancel": trail[0][1],
        "breadcrumb": trail,
    }
    return render(request, "onboarding/vendors/service_edit.html", context, status=status or status_of(form))


def _found(request: HttpRequest, reference: str) -> EntityClaim:
    found = queries.in_full(request.user).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _list(user: Any) -> tuple[str, str]:
    return (_title(user), reverse("claims"))


def _title(user: Any) -> str:
    return "Demandes de rattachement" if user.is_agent else "Mes organismes"
