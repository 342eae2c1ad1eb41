"""Pages of a server's certificate: declaring it, reading its verdict, retiring it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from policy.certificates import checks
from policy.certificates.checks import Check
from policy.certificates.environments import Environment, from_slug
from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import may, moves_open_to
from portal.parties.models import DigitalService
from portal.templatetags.portal import address
from portal.web.access import reads, writes
from portal.web.acting import refusals_in

from . import operations, queries
from .forms import ServerForm
from .lifecycle import Move
from .models import ServerCertificate

NOT_A_DECLARANT = "Seuls le représentant légal, un mandataire ou le référent technique déclarent un certificat."


@writes
@sensitive_post_parameters("pasted")
def server_declare(request: HttpRequest, reference: str, environment: str) -> HttpResponse:
    """A vendor gives the certificate of the server of a service."""
    service = get_object_or_404(queries.visible_services(request.user), reference=reference)
    where = from_slug(environment)
    if where is None:
        raise Http404
    if not may(request.user, Move.DECLARE, ServerCertificate(service=service, environment=where)):
        raise NotPermitted(NOT_A_DECLARANT)
    sent = request.method == "POST"
    form = ServerForm(request.POST if sent else None, request.FILES if sent else None)
    refused: list[Check] = []
    if form.is_valid():
        with refusals_in(form):
            try:
                made = operations.declare(service, environment=where, data=form.deposited(), by=request.user)
            except operations.NotAcceptable as refusal:
                refused = refusal.checks
                raise
            messages.success(request, f"Le certificat de serveur {made.reference} est déclaré.")
            return redirect("server_certificate", made.reference)
    context = {
        "service": service,
        "environment": where,
        "host": queries.declared_host(service, where),
        "form": form,
        "refused": refused,
        "declared": queries.of_service(service, where),
        "breadcrumb": [*_service_steps(service, where), ("Serveur", "")],
    }
    return render(request, "policy/servers/server_declare.html", context)


@reads(trace="Consultation du certificat de serveur {reference}")
def server_certificate(request: HttpRequest, reference: str) -> HttpResponse:
    """The verdict first, then the named checks."""
    found, now = _found(request, reference), timezone.now()
    judged = queries.verdict(found, at=now)
    where = Environment(found.environment)
    context = {
        "certificate": found,
        "environment": where,
        "checks": judged,
        "sentence": checks.sentence(judged),
        "is_good": checks.is_acceptable(judged) and found.retired_at is None,
        "moves": moves_open_to(request.user, found),
        "breadcrumb": [*_service_steps(found.service, where), (f"Serveur {found.reference}", "")],
    }
    return render(request, "policy/servers/server_certificate.html", context)


@require_POST
@writes
def server_retire(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor retires the certificate of its server."""
    found = _found(request, reference)
    if not may(request.user, Move.RETIRE, found):
        raise NotPermitted(NOT_A_DECLARANT)
    operations.retire(found, by=request.user)
    messages.success(request, f"Le certificat de serveur {found.reference} est retiré.")
    return redirect("server_certificate", found.reference)


def _found(request: HttpRequest, reference: str) -> ServerCertificate:
    rows = ServerCertificate.objects.visible_to(request.user).select_related("service__owner", "declared_by")
    return get_object_or_404(rows, reference=reference)


def _service_steps(service: DigitalService, where: Environment) -> list[tuple[str, str]]:
    declare = reverse("certificate_declare", args=[service.reference, where.slug])
    return [(service.name, address("service", service.reference)), (f"Certificats : {where.label.lower()}", declare)]
