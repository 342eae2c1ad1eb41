"""Pages of certificates: declaring one, reading its verdict, retiring it, taking its public part."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import may, moves_open_to
from portal.parties.models import DigitalService, ServiceKind
from portal.templatetags.portal import address
from portal.web.access import reads, writes
from portal.web.acting import refusals_in
from portal.web.forms import Form

from .. import notices, operations, queries
from ..checks import Check
from ..environments import Environment, from_slug
from ..forms import DeclareForm
from ..lifecycle import Move, State
from ..models import Certificate


def _service(request: HttpRequest, reference: str) -> DigitalService:
    return get_object_or_404(queries.visible_services(request.user), reference=reference)


def find(request: HttpRequest, reference: str) -> Certificate:
    """A certificate that the person may see, or 404."""
    rows = Certificate.objects.visible_to(request.user).select_related(
        "service__owner", "declared_by", "acknowledged_by"
    )
    return get_object_or_404(rows, reference=reference)


def service_step(service: DigitalService) -> tuple[str, str]:
    """The page of the service belongs to a higher floor, which may be absent."""
    return service.name, address("service", service.reference)


def trail(certificate: Certificate, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page of the certificate."""
    page = reverse("certificate", args=[certificate.reference])
    return [service_step(certificate.service), (f"Certificat {certificate.reference}", page), *steps]


@writes
@sensitive_post_parameters("pasted")
def certificate_declare(request: HttpRequest, reference: str, environment: str) -> HttpResponse:
    """A vendor pastes or sends the certificate of a service for one environment."""
    service, where = _service(request, reference), from_slug(environment)
    if where is None:
        raise Http404
    if not may(request.user, Move.DECLARE, Certificate(service=service, environment=where)):
        raise NotPermitted(NOT_A_DECLARANT)
    sent = request.method == "POST"
    form = DeclareForm(request.POST if sent else None, request.FILES if sent else None, service=service)
    refused: list[Check] = []
    if form.is_valid():
        declared, refused = _declared(request, form, service, where)
        if declared:
            messages.success(request, f"Le certificat {declared.reference} est déclaré.")
            return redirect("certificate", declared.reference)
    context = {
        "service": service,
        "environment": where,
        "form": form,
        "refused": refused,
        "declared": queries.of_service(service, where),
        "accepted": _issuers(where),
        "places": _places(where),
        "proposals": queries.proposals(service, where),
        "announced": queries.names_announced(service, where),
        "may_announce": queries.may_announce(where, at=timezone.now()),
        "is_proprietary": service.kind == ServiceKind.PROPRIETARY,
        "breadcrumb": [service_step(service), (f"Déclarer un certificat : {where.label.lower()}", "")],
    }
    return render(request, "policy/certificates/certificate_declare.html", context)


def _issuers(where: Environment) -> str:
    """« l’IGC-Santé TEST », or both hierarchies where the agency accepts them."""
    found = sorted(one.label for one in queries.accepted(where, at=timezone.now()))
    return " ou ".join(f"l’{label}" for label in found)


def _places(where: Environment) -> list[str]:
    """What each test platform accepts, where they do not accept the same."""
    found = queries.places(where, at=timezone.now())
    if len({taken for _, taken in found}) < 2:
        return []
    return [
        f"{place.label[0].upper()}{place.label[1:]} accepte : {' ou '.join(sorted(one.label for one in taken))}."
        for place, taken in found
    ]


def _declared(
    request: HttpRequest, form: DeclareForm, service: DigitalService, environment: Environment
) -> tuple[Certificate | None, list[Check]]:
    """The certificate declared, or the checks that refused it, the form saying why."""
    refused: list[Check] = []
    with refusals_in(form):
        try:
            data, client = form.deposited(), form.client()
            return operations.declare(service, environment=environment, data=data, by=request.user, client=client), []
        except operations.NotAcceptable as refusal:
            refused = refusal.checks
            raise
    return None, refused


@reads(trace="Consultation du certificat {reference}")
def certificate(request: HttpRequest, reference: str) -> HttpResponse:
    """The verdict first, then the named checks, the names as gateways see them, the dates and what uses it."""
    found = find(request, reference)
    now, uses = timezone.now(), queries.uses_of(found)
    context = {
        "certificate": found,
        "environment": Environment(found.environment),
        "verdict": queries.verdict(found, at=now),
        "now": now,
        "uses": uses,
        "establishments": sum(use.establishments for use in uses),
        "moves": moves_open_to(request.user, found),
        "renderings": queries.renderings(found),
        "sights": queries.sights(found),
        "collisions": queries.collisions(found, request.user, at=now),
        "neighbours": queries.neighbours(found, at=now),
        "may_see_holding": request.user.is_agent,  # type: ignore[union-attr]
        "elapsed": _elapsed(found, now.timestamp()),
        "is_usable": found.state == State.DECLARED and found.not_after >= now,
        "may_replace": may(request.user, Move.DECLARE, found),
        "is_ending": found.state == State.DECLARED and queries.is_ending(found, at=now),
        "expires": notices.sentence(paris_date(found.not_after), paris_date(now)),
        "breadcrumb": trail(found),
    }
    return render(request, "policy/certificates/certificate.html", context)


def _elapsed(certificate: Certificate, now: float) -> int:
    """How much of its life is over, in per cent."""
    start, end = certificate.not_before.timestamp(), certificate.not_after.timestamp()
    return round(100 * min(max((now - start) / max(end - start, 1), 0), 1))


@reads(trace="Téléchargement du certificat {reference}")
def certificate_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The public certificate, in PEM."""
    found = find(request, reference)
    response = HttpResponse(found.pem, content_type="application/x-pem-file")
    response["Content-Disposition"] = f'attachment; filename="{found.reference}.pem"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@writes
def certificate_retire(request: HttpRequest, reference: str) -> HttpResponse:
    """A vendor retires a certificate, for good."""
    found = find(request, reference)
    if not may(request.user, Move.RETIRE, found):
        raise NotPermitted(NOT_A_DECLARANT)
    form = Form(request.POST or None)
    if request.method == "POST":
        with refusals_in(form):
            operations.retire(found, by=request.user)
            messages.success(request, f"Le certificat {found.reference} est retiré.")
            return redirect("certificate", found.reference)
    context = {
        "certificate": found,
        "form": form,
        "uses": queries.uses_of(found),
        "breadcrumb": trail(found, ("Retirer", "")),
    }
    return render(request, "policy/certificates/certificate_retire.html", context)


NOT_A_DECLARANT = (
    "Seuls le représentant légal, un mandataire ou le référent technique déclarent et retirent un certificat."
)
