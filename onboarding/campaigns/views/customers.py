"""Pages of ordering customers: joining an attestation, reading it, accepting or refusing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from onboarding.campaigns import access, operations, queries
from onboarding.campaigns.forms import BlankForm, CustomerForm, RefusalForm
from onboarding.campaigns.lifecycle import AttestationMove, AttestationState
from onboarding.campaigns.models import OrderingCustomer
from policy.grants.models import Grant
from portal.documents import operations as documents
from portal.documents.filetypes import SCANS
from portal.lifecycle import registry
from portal.parties.access import refuse_early
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.lists import by_state

PAGE = 50


@reads
def customers(request: HttpRequest) -> HttpResponse:
    """The attestations that the person may see, filtered by state."""
    context = by_state(request, AttestationState, queries.customers, size=PAGE) | {
        "breadcrumb": [("Commanditaires", "")]
    }
    return render(request, "onboarding/campaigns/customers.html", context)


@writes
def customer_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor joins the attestation of a client who ordered the service."""
    grant = access.grant_of(request.user, reference)
    refuse_early(request.user, AttestationMove.FILE, OrderingCustomer(grant=grant))
    form = CustomerForm(request.POST, request.FILES) if request.method == "POST" else CustomerForm()
    if form.is_valid():
        with refusals_in(form):
            made = _filed(grant, form, by=request.user)
            messages.success(request, f"L’attestation {made} est jointe ; l’agence l’examine.")
            return redirect("customer", made.reference)
    page = reverse("grant", args=[reference])
    context = {
        "grant": grant,
        "form": form,
        "customers": queries.customers_of(grant),
        "cancel": page,
        "breadcrumb": [(f"Habilitation {grant}", page), ("Attestation d’un commanditaire", "")],
    }
    return render(request, "onboarding/campaigns/customer_file.html", context, status=status_of(form))


def _filed(grant: Grant, form: CustomerForm, *, by: Any) -> OrderingCustomer:
    data = dict(form.cleaned_data)
    upload = data.pop("piece")
    piece = documents.deposit(upload.name, upload.read(), by=by, allowed=SCANS, owner=grant.holder, field="piece")
    return operations.file_attestation(grant, **data, piece=piece, by=by)


@reads(trace="Consultation de l’attestation de commanditaire {reference}")
def customer(request: HttpRequest, reference: str) -> HttpResponse:
    """One attestation: who ordered what, the piece, and the agency's answer."""
    return _page(request, _found(request, reference))


@writes(audience=STAFF)
def customer_accept(request: HttpRequest, reference: str) -> HttpResponse:
    """The agency accepts the attestation."""
    found = _found(request, reference)
    refuse_early(request.user, AttestationMove.ACCEPT, found)
    form = BlankForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.accept_attestation(found, by=request.user)
            messages.success(request, "L’attestation est acceptée et portée à l’habilitation.")
            return redirect("customer", reference)
    return _page(request, found, acceptance=form) if form.errors else redirect("customer", reference)


@writes(audience=STAFF)
def customer_refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """The agency refuses the attestation, with grounds."""
    found = _found(request, reference)
    refuse_early(request.user, AttestationMove.REFUSE, found)
    form = RefusalForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.refuse_attestation(found, grounds=form.cleaned_data["grounds"], by=request.user)
            messages.success(request, "L’attestation est refusée ; l’éditeur en reçoit les motifs.")
            return redirect("customer", reference)
    return _page(request, found, refusal=form) if form.errors else redirect("customer", reference)


def _page(request: HttpRequest, found: OrderingCustomer, **bound: Any) -> HttpResponse:
    moves = registry.moves_open_to(request.user, found)
    forms = {"acceptance": BlankForm(), "refusal": RefusalForm()}
    context = {
        "customer": found,
        "may_answer": AttestationMove.ACCEPT in moves,
        "may_file_again": found.state == AttestationState.REFUSED
        and registry.may(request.user, AttestationMove.FILE, OrderingCustomer(grant=found.grant)),
        "breadcrumb": [
            (f"Habilitation {found.grant}", reverse("grant", args=[found.grant.reference])),
            (f"Attestation {found}", ""),
        ],
        **(forms | bound),
    }
    return render(request, "onboarding/campaigns/customer.html", context, status=422 if bound else 200)


def _found(request: HttpRequest, reference: str) -> OrderingCustomer:
    related = ("grant__holder", "grant__service", "piece", "filed_by", "answered_by")
    rows = OrderingCustomer.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(rows, reference=reference)
