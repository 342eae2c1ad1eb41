"""Pages of a certificate that a tool proposed: its checks, and the decision of a person of the vendor."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.lifecycle.registry import moves_open_to
from portal.web.access import reads, writes
from portal.web.acting import refusals_in
from portal.web.forms import Form

from .. import checks, operations
from ..environments import Environment
from ..models import CertificateProposal
from .verdicts import service_step

CONFLICT = 422


@reads(trace="Consultation du certificat proposé {reference}")
def certificate_proposal(request: HttpRequest, reference: str) -> HttpResponse:
    """What was proposed, by which token, and what the portal found of it."""
    found = _proposal(request, reference)
    return render(request, "policy/certificates/certificate_proposal.html", _sheet(request, found))


@require_POST
@writes
def certificate_proposal_decide(request: HttpRequest, reference: str, decision: str) -> HttpResponse:
    """A person of the vendor declares the certificate, which is judged again, or sets it aside."""
    if decision not in ("declarer", "ecarter"):
        raise Http404
    found = _proposal(request, reference)
    form = Form(request.POST)
    form.is_valid()
    with refusals_in(form):
        if decision == "ecarter":
            operations.set_aside(found, by=request.user)
            messages.success(request, f"La proposition {found.reference} est écartée.")
            return redirect("certificate_declare", found.service.reference, Environment(found.environment).slug)
        made = operations.accept(found, by=request.user).certificate
        messages.success(request, f"Le certificat {made} est déclaré.")
        return redirect("certificate", str(made))
    context = _sheet(request, found) | {"form": form}
    return render(request, "policy/certificates/certificate_proposal.html", context, status=CONFLICT)


def _proposal(request: HttpRequest, reference: str) -> CertificateProposal:
    rows = CertificateProposal.objects.visible_to(request.user).select_related("service__owner", "certificate")
    return get_object_or_404(rows, reference=reference)


def _sheet(request: HttpRequest, found: CertificateProposal) -> dict[str, object]:
    kept = [checks.from_json(value) for value in found.checks]
    where = Environment(found.environment)
    declare = reverse("certificate_declare", args=[found.service.reference, where.slug])
    return {
        "proposal": found,
        "environment": where,
        "checks": kept,
        "sentence": checks.sentence(kept),
        "is_good": checks.is_acceptable(kept),
        "moves": moves_open_to(request.user, found),
        "breadcrumb": [
            service_step(found.service),
            (f"Certificats : {where.label.lower()}", declare),
            (f"Proposition {found.reference}", ""),
        ],
    }
