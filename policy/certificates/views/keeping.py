"""Pages that keep a certificate alive: a new check, the proof of its key, deposits of several, names to come."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import may
from portal.parties.models import DigitalService, ServiceKind
from portal.web.access import reads, writes
from portal.web.acting import refusals_in

from .. import operations, possession, queries
from ..environments import Environment, from_slug
from ..forms import BatchForm, NameForm, PossessionForm
from ..lifecycle import Move, NameMove
from ..models import Certificate, CertificateBatch, DeclaredName
from .verdicts import NOT_A_DECLARANT, find, service_step, trail

BATCHES_SHOWN = 20  # the latest deposits named on the page of a new one


@require_POST
@writes
def certificate_check(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks the clock to look at the certificate again."""
    found = find(request, reference)
    operations.ask_check(found, by=request.user)
    messages.success(request, "Le contrôle est demandé : le portail interroge l’autorité dans la minute.")
    return redirect("certificate", found.reference)


@require_POST
@writes
def certificate_acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    """A person of the vendor takes charge of the renewal."""
    found = find(request, reference)
    operations.acknowledge(found, by=request.user)
    messages.success(request, "Vous avez pris en charge ce renouvellement : l’agence en est informée sur cette page.")
    return redirect("certificate", found.reference)


@writes
def certificate_possession(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor proves that he holds the key, by signing the text of the day."""
    found = find(request, reference)
    if not may(request.user, Move.PROVE, found):
        raise NotPermitted(NOT_A_DECLARANT)
    form = PossessionForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            operations.prove_possession(found, signature=form.cleaned_data["signature"], by=request.user)
            messages.success(request, "La possession de la clé privée est prouvée.")
            return redirect("certificate", found.reference)
    today = paris_date(timezone.now())
    context = {
        "certificate": found,
        "challenge": possession.challenge(found.reference, found.fingerprint, day=today, secret=settings.SECRET_KEY),
        "command": possession.COMMAND,
        "form": form,
        "breadcrumb": trail(found, ("Prouver la possession de la clé", "")),
    }
    return render(request, "policy/certificates/certificate_possession.html", context)


@writes
def certificate_batch_declare(request: HttpRequest, reference: str, environment: str) -> HttpResponse:
    """A vendor of a proprietary solution sends the certificates of several clients."""
    service, where = _place(request, reference, environment)
    if service.kind != ServiceKind.PROPRIETARY:
        raise Http404
    form = BatchForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = operations.declare_batch(service, environment=where, data=form.deposited(), by=request.user)
            messages.success(
                request, f"Dépôt {made.reference} enregistré ; déclarés : {made.declared_count} sur {len(made.lines)}."
            )
            return redirect("certificate_batch", made.reference)
    former = service.certificate_batches.filter(environment=where).order_by("-deposited_at", "-pk")[:BATCHES_SHOWN]
    context = {"service": service, "environment": where, "form": form, "former": former}
    context["breadcrumb"] = [service_step(service), ("Déclarer plusieurs certificats", "")]
    return render(request, "policy/certificates/certificate_batch_declare.html", context)


@reads(trace="Consultation du dépôt de certificats {reference}")
def certificate_batch(request: HttpRequest, reference: str) -> HttpResponse:
    """What became of each line of a deposit."""
    rows = CertificateBatch.objects.visible_to(request.user).select_related("service", "deposited_by")
    found = get_object_or_404(rows, reference=reference)
    context = {
        "batch": found,
        "environment": Environment(found.environment),
        "refused": len(found.lines) - found.declared_count,
        "breadcrumb": [service_step(found.service), (f"Dépôt {found.reference}", "")],
    }
    return render(request, "policy/certificates/certificate_batch.html", context)


@writes
def declared_name_declare(request: HttpRequest, reference: str, environment: str) -> HttpResponse:
    """A vendor announces the name of a certificate to come."""
    service, where = _place(request, reference, environment)
    form = NameForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            made = operations.declare_name(service, environment=where, text=form.cleaned_data["name"], by=request.user)
            messages.success(request, f"Le nom {made.reference} est déclaré, non vérifié.")
            return redirect("certificate_declare", service.reference, environment)
    context = {
        "service": service,
        "environment": where,
        "form": form,
        "breadcrumb": [
            service_step(service),
            ("Déclarer un certificat", reverse("certificate_declare", args=[reference, environment])),
            ("Annoncer un nom", ""),
        ],
    }
    return render(request, "policy/certificates/declared_name_declare.html", context)


@require_POST
@writes
def declared_name_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor gives an announced name up."""
    services = queries.visible_services(request.user)
    found = get_object_or_404(DeclaredName.objects.filter(service__in=services), reference=reference)
    if not may(request.user, NameMove.WITHDRAW, found):
        raise NotPermitted(NOT_A_DECLARANT)
    operations.withdraw_name(found, by=request.user)
    messages.success(request, f"Le nom {found.reference} est abandonné.")
    return redirect("certificate_declare", found.service.reference, Environment(found.environment).slug)


def _place(request: HttpRequest, reference: str, environment: str) -> tuple[DigitalService, Environment]:
    """The service and environment of the address, once the person may declare there."""
    service = get_object_or_404(queries.visible_services(request.user), reference=reference)
    where = from_slug(environment)
    if where is None:
        raise Http404
    if not may(request.user, Move.DECLARE, Certificate(service=service, environment=where)):
        raise NotPermitted(NOT_A_DECLARANT)
    return service, where
