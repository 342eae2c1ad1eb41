"""Texts on screen: the public list and versions, the signing page, the signatures given, publication."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.parties.models import DigitalService
from portal.web import wording
from portal.web.access import STAFF, VENDOR, public, reads, writes
from portal.web.acting import refusals_in, status_of
from portal.web.downloads import as_file

from . import operations, queries
from .forms import PublishForm, SignForm
from .kinds import Act, Kind, of_slug
from .lifecycle import CallState, SignatureMove, VersionMove, VersionState
from .models import LegalTextVersion, Signature

PAGE = 25


@public
def text_list(request: HttpRequest) -> HttpResponse:
    """Every text in force, what it asks and before which step."""
    versions, announced = queries.in_force(), queries.announced()
    context = {
        "versions": versions,
        "announced": announced,
        "printed": queries.readable_documents([*versions, *announced]),
        "publishable": list(Kind) if _may_publish(request.user) else [],
        "breadcrumb": [("Textes et chartes", "")],
    }
    return render(request, "onboarding/legaltexts/text_list.html", context)


def _trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Textes et chartes", reverse("legal_texts")), *steps]


def _may_publish(user: Any) -> bool:
    return user.is_authenticated and registry.may(user, VersionMove.PUBLISH, LegalTextVersion())


@public
def read_text(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """One version in full, and the others by their dates; a representative finds what he may sign."""
    version = _version(slug, number)
    versions = queries.versions_of(version.kind)
    is_last = next((one.number for one in versions if one.state == VersionState.PUBLISHED), 0) == version.number
    user: Any = request.user
    signable = is_last and version.act != Act.NONE and user.is_authenticated and not user.is_agent
    context = {
        "version": version,
        "slug": slug,
        "versions": versions,
        "is_last": is_last,
        "printed": queries.readable_documents([version]),
        "services": queries.services_to_sign(user, version) if signable else [],
        "may_publish": _may_publish(user),
        "breadcrumb": _trail((version.title, "")),
    }
    return render(request, "onboarding/legaltexts/read_text.html", context)


@reads
def signature_list(request: HttpRequest) -> HttpResponse:
    """The signatures given: one's own side for a vendor, all for an agent."""
    page = Paginator(queries.listed(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "breadcrumb": _trail(("Signatures", ""))}
    return render(request, "onboarding/legaltexts/signature_list.html", context)


@writes(step_up=True, audience=VENDOR)
def sign_text(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The whole text, what signing commits to, one box and one button."""
    version = _version(slug)
    services = DigitalService.objects.visible_to(request.user).select_related("owner")
    service = get_object_or_404(services, reference=reference)
    _refuse_early(request.user, version, service)
    form = SignForm(request.POST or None, initial={"sha256": version.sha256})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            operations.sign(version, service, by=request.user, sha256=form.cleaned_data["sha256"])
        if not form.errors:
            messages.success(
                request, f"{version.title} : signature enregistrée. L’exemplaire signé arrive par courriel."
            )
            return redirect("signatures")
    signed = queries.signatures_of(service).filter(text_version=version, legal_entity=service.owner_id).first()
    trail = _trail((version.title, reverse("legal_text", args=[slug])), ("Signer", ""))
    context = {"version": version, "slug": slug, "service": service, "form": form, "signed": signed}
    context["breadcrumb"] = trail
    return render(request, "onboarding/legaltexts/sign_text.html", context, status=status_of(form))


def _refuse_early(user: Any, version: LegalTextVersion, service: DigitalService) -> None:
    prospect = Signature(text_version=version, service=service, legal_entity_id=service.owner_id)
    if not registry.may(user, SignatureMove.SIGN, prospect):
        raise NotPermitted(
            f"Seul le représentant légal de {service.owner.name} peut signer ce texte. "
            "Vous pouvez le lire et lui demander de se connecter."
        )


@writes(step_up=True, audience=STAFF)
def publish_text(request: HttpRequest, slug: str) -> HttpResponse:
    """A new version of a text, by those who may publish."""
    kind = _kind(slug)
    if not _may_publish(request.user):
        raise NotPermitted("Seul un administrateur ou un gestionnaire de la politique d’accès publie un texte.")
    form = PublishForm(request.POST or None, initial=_former(kind))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            version = operations.publish_version(kind, by=request.user, **form.cleaned_data)
        if not form.errors:
            later = f" et entre en vigueur le {wording.day(version.effective_date)}" if version.effective_date else ""
            messages.success(request, f"{version} est publiée{later}.")
            return redirect("legal_text", slug=slug)
    context = {"kind": kind, "slug": slug, "form": form, "breadcrumb": _trail((f"Publier : {kind.label}", ""))}
    return render(request, "onboarding/legaltexts/publish_text.html", context, status=status_of(form))


def _former(kind: Kind) -> dict[str, Any]:
    """The form starts from the version in force."""
    version = queries.version_of(kind)
    if version is None:
        return {"title": kind.label, "act": Act.SIGN, "renews": True}
    names = ("title", "body", "commitments", "act", "step")
    return {**{name: getattr(version, name) for name in names}, "renews": True}


def _kind(slug: str) -> Kind:
    kind = of_slug(slug)
    if kind is None:
        raise Http404
    return kind


def _version(slug: str, number: int | None = None) -> LegalTextVersion:
    version = queries.version_of(_kind(slug), number)
    if version is None:
        raise Http404
    return version


@reads(audience=STAFF)
def text_follow_up(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Who was told of a version, who signed it, who has not."""
    version = _version(slug, number)
    calls = queries.calls_of(version, request.user)
    context = {
        "version": version,
        "slug": slug,
        "calls": calls,
        "late": [call for call in calls if call.state == CallState.OVERDUE],
        "awaited": [call for call in calls if call.state == CallState.AWAITED],
        "deliveries": queries.deliveries_of(version, request.user),
        "breadcrumb": _trail((str(version), reverse("legal_text_version", args=[slug, number])), ("Suivi", "")),
    }
    return render(request, "onboarding/legaltexts/text_follow_up.html", context)


@public
def readable_text(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The text as a document, for anyone who reads it before it is signed."""
    version = _version(slug, number)
    document = queries.readable_documents([version]).get(version.pk)
    if document is None:
        raise Http404
    return as_file(document.content, document.file_name, "application/pdf")


@public
def exact_text(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The exact bytes whose digest is signed, for anyone who wants to compute it again."""
    return HttpResponse(_version(slug, number).canonical, content_type="text/plain; charset=utf-8")
