"""« Démarches hors du portail »: the eleven steps of a service, declarations, forms filled; the agency's own forms."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from onboarding.formalities import pdf_fields, sheets
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.documents import operations as documents
from portal.documents.filetypes import PDF, SCANS
from portal.lifecycle.errors import NotPermitted, Refused
from portal.lifecycle.registry import may
from portal.parties import access as parties
from portal.parties import queries as members
from portal.parties.models import DigitalService
from portal.parties.roles import PREPARERS
from portal.web.access import STAFF, VENDOR, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.downloads import as_file

from . import operations, queries
from .forms import DeclarationForm, MatchingForm, OfficialPdfForm, WithdrawalForm
from .kinds import FORMS, MAILBOXES, Formality, OfficialForm, of_slug
from .lifecycle import FormMove, Move, SheetMove
from .models import FormalityDeclaration, FormSheet, OfficialPdf

KEEPERS = frozenset({StaffRole.ADMINISTRATOR, StaffRole.REVIEWER})


def _trail(service: DigitalService, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    page = ("Démarches hors du portail", reverse("formalities", args=[service.reference]))
    return [(service.name, parties.page_of_service(service)), page, *steps]


def _formality(slug: str) -> Formality:
    found = of_slug(slug)
    if found is None:
        raise Http404
    return found


def _form(code: str) -> OfficialForm:
    if code not in set(OfficialForm):
        raise Http404
    return OfficialForm(code)


@reads(trace="Consultation des démarches du service {reference}")
def formalities(request: HttpRequest, reference: str) -> HttpResponse:
    """The eleven steps of the service, with what was declared of those done elsewhere."""
    service = parties.service_of(request.user, reference)
    context = {
        "service": service,
        "ways": queries.ways_of(service),
        "may_declare": bool(members.roles_in(request.user, service.owner_id) & PREPARERS),
        "may_prepare": may(request.user, SheetMove.PREPARE, FormSheet(service=service)),
        "forms": [
            (form, MAILBOXES.get(form, "indiquée sur le formulaire"), form in queries.fillable_forms())
            for form in FORMS.values()
        ],
        "sheets": queries.sheets_of(service),
        "breadcrumb": [*_trail(service)[:1], ("Démarches hors du portail", "")],
    }
    return render(request, "onboarding/formalities/formalities.html", context)


@writes(audience=VENDOR)
def formality_declare(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """Say when a formality was done."""
    service, formality = parties.service_of(request.user, reference), _formality(slug)
    parties.refuse_early(request.user, Move.DECLARE, FormalityDeclaration(legal_entity=service.owner))
    posted = request.method == "POST"
    form = DeclarationForm(request.POST if posted else None, request.FILES if posted else None, formality=formality)
    if form.is_valid():
        with refusals_in(form):
            _declare(service, formality, form, by=_acting(request))
            messages.success(request, f"« {formality.label} » est déclarée.")
            return redirect("formalities", reference)
    context = {
        "service": service,
        "formality": formality,
        "form": form,
        "cancel": reverse("formalities", args=[reference]),
        "breadcrumb": _trail(service, (formality.label, "")),
    }
    return render(request, "onboarding/formalities/declare.html", context, status=status_of(form))


def _declare(service: DigitalService, formality: Formality, form: DeclarationForm, *, by: User) -> None:
    data, proof = form.cleaned_data, None
    if upload := data["proof"]:
        owner = service.owner
        proof = documents.deposit(upload.name, upload.read(), by=by, allowed=SCANS, owner=owner, field="proof")
    operations.declare(service, formality, done_on=data["done_on"], details=data["details"], proof=proof, by=by)


@writes(audience=VENDOR)
def formality_withdraw(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """Withdraw a declaration."""
    service, formality = parties.service_of(request.user, reference), _formality(slug)
    declaration = queries.declared_for([service])[service.pk].get(formality)
    if declaration is None:
        raise Http404
    parties.refuse_early(request.user, Move.WITHDRAW, declaration)
    form = WithdrawalForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.withdraw(declaration, by=_acting(request))
            messages.success(request, "La déclaration est retirée.")
            return redirect("formalities", reference)
    context = {
        "service": service,
        "declaration": declaration,
        "form": form,
        "cancel": reverse("formalities", args=[reference]),
        "breadcrumb": _trail(service, (formality.label, "")),
    }
    return render(request, "onboarding/formalities/withdraw.html", context, status=status_of(form))


@writes
def sheet_prepare(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Have the data sheet of a form printed; it comes with the documents."""
    service, form = parties.service_of(request.user, reference), _form(code)
    parties.refuse_early(request.user, SheetMove.PREPARE, FormSheet(service=service))
    if request.method == "POST":
        operations.prepare_sheet(service, form, by=_acting(request))
        messages.success(request, f"L’aide au remplissage du {form.value} s’imprime : elle apparaît dans un instant.")
    return redirect("formalities", reference)


@reads(trace="Téléchargement du formulaire {code} rempli pour le service {reference}")
def form_filled(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The official PDF with what the portal knows in its fields; the rest is written by hand."""
    service, form = parties.service_of(request.user, reference), _form(code)
    pdf = queries.official_pdf(form)
    if pdf is None or not pdf.matches:
        raise Http404
    known = sheets.values(form, queries.known_of(service))
    values = {name: known[key] for name, key in pdf.matches.items() if key in known}
    try:
        content = pdf_fields.filled(pdf.file.content, values)
    except pdf_fields.Unreadable as error:
        raise Refused(error.sentence) from error
    return as_file(content, f"{form.value}-{service.reference}.pdf", "application/pdf")


@reads(audience=STAFF)
def official_forms(request: HttpRequest) -> HttpResponse:
    """The official forms that the agency keeps, and which of their fields are filled."""
    held = {pdf.form: pdf for pdf in OfficialPdf.objects.in_force().select_related("file")}
    context = {
        "rows": [(form, held.get(form)) for form in OfficialForm],
        "may_keep": bool(request.user.staff_roles & KEEPERS),  # type: ignore[union-attr]
        "breadcrumb": [("Formulaires officiels", "")],
    }
    return render(request, "onboarding/formalities/official_forms.html", context)


@writes(audience=STAFF)
def official_form_upload(request: HttpRequest) -> HttpResponse:
    """Put an official form in force."""
    _keepers_only(request)
    posted = request.method == "POST"
    form = OfficialPdfForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_valid():
        with refusals_in(form):
            data, upload = form.cleaned_data, form.cleaned_data["file"]
            by = _acting(request)
            file = documents.deposit(upload.name, upload.read(), by=by, allowed={PDF})
            pdf = operations.upload_form(OfficialForm(data["form"]), file, edition=data["edition"], by=by)
            count = len(pdf.field_names)
            messages.success(
                request, f"Le formulaire {pdf.form} est en vigueur : {count} champs lus, {len(pdf.matches)} reliés."
            )
            return redirect("official_forms")
    context = {
        "form": form,
        "cancel": reverse("official_forms"),
        "breadcrumb": [("Formulaires officiels", reverse("official_forms")), ("Déposer", "")],
    }
    return render(request, "onboarding/formalities/official_upload.html", context, status=status_of(form))


@writes(audience=STAFF)
def official_form_match(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what goes into each field of an official form."""
    pdf = get_object_or_404(OfficialPdf.objects.in_force(), reference=reference)
    parties.refuse_early(request.user, FormMove.MATCH, pdf)
    form = MatchingForm(posted(request), pdf=pdf)
    if form.is_valid():
        with refusals_in(form):
            operations.match_fields(pdf, form.matches, by=_acting(request))
            messages.success(request, "Les champs sont reliés.")
            return redirect("official_forms")
    context: dict[str, Any] = {
        "pdf": pdf,
        "form": form,
        "cancel": reverse("official_forms"),
        "breadcrumb": [("Formulaires officiels", reverse("official_forms")), (f"Champs du {pdf.form}", "")],
    }
    return render(request, "onboarding/formalities/official_match.html", context, status=status_of(form))


def _keepers_only(request: HttpRequest) -> None:
    if not request.user.staff_roles & KEEPERS:  # type: ignore[union-attr]
        raise NotPermitted("Seuls les instructeurs et les administrateurs déposent les formulaires officiels.")


def _acting(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # @writes lets nobody else in
    return request.user
