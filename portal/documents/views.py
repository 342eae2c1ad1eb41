"""Documents on screen: one's own list, downloads that no browser runs, the public verification."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.web.access import public, reads
from portal.web.acting import status_of
from portal.web.downloads import as_file

from . import cautions, queries
from .forms import CheckForm
from .kinds import Kind
from .models import DepositedFile, StoredDocument

PAGE = 25


@reads
def document_list(request: HttpRequest) -> HttpResponse:
    """« Mes documents » for a vendor, all documents for an agent; filtered by kind and by words."""
    kind = request.GET.get("nature", "")
    kind = kind if kind in set(Kind) else ""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    page = Paginator(queries.listed(request.user, kind=kind, words=words), PAGE).get_page(request.GET.get("page"))
    query = urlencode({name: value for name, value in (("nature", kind), ("q", words)) if value})
    context = {"page": page, "kinds": list(Kind), "kind": kind, "words": words, "query": query}
    context["breadcrumb"] = [("Documents", "")]
    return render(request, "portal/documents/document_list.html", context)


@reads(trace="Téléchargement du document {reference}")
def download(request: HttpRequest, reference: str) -> HttpResponse:
    """The frozen bytes of a document that the person may see."""
    visible = StoredDocument.objects.visible_to(request.user).select_related("frozen")
    document = get_object_or_404(visible, reference=reference)
    return as_file(document.content, document.file_name, "application/pdf")


@reads(trace="Téléchargement de la pièce {reference}")
def deposit_download(request: HttpRequest, reference: str) -> HttpResponse:
    """The frozen bytes of a deposited file that the person may see."""
    visible = DepositedFile.objects.visible_to(request.user).select_related("frozen")
    deposit = get_object_or_404(visible, reference=reference)
    return as_file(deposit.content, deposit.name, deposit.media_type)


@public
def document_check(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a paper or a file is true today, told to anyone, without any personal data."""
    if request.method == "POST":
        form = CheckForm(request.POST, request.FILES)
        finding = _verified(form) if form.is_valid() else None
        return _answered(request, form, finding, bool(form.files))
    form = CheckForm(initial={"code": code})
    return _answered(request, form, queries.verify(code, None) if code else None, False)


def _verified(form: CheckForm) -> queries.Finding:
    dropped: Any = form.cleaned_data["file"]
    return queries.verify(form.cleaned_data["code"], dropped.read() if dropped else None)


def _answered(request: HttpRequest, form: CheckForm, finding: queries.Finding | None, compared: bool) -> HttpResponse:
    caution = cautions.of(finding.document) if finding and finding.document else ""
    trail = [("Vérifier un document", "")]
    context = {"form": form, "finding": finding, "compared": compared, "caution": caution, "breadcrumb": trail}
    return render(request, "portal/documents/document_check.html", context, status=status_of(form))
