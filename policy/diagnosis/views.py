"""The diagnostic address that vendors call through mutual TLS, and the page that explains why a connection fails."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from policy.certificates import offers
from policy.certificates.environments import Environment, from_slug
from policy.profiles import catalogue
from policy.whitelist import publication
from portal.web.access import entrance, reads

from . import edge, operations, queries
from .forms import WhyForm
from .queries import Answer

PAGE = "text/html"


@never_cache
@entrance
def diagnostic(request: HttpRequest) -> HttpResponse:
    """What is found of the caller's certificate: JSON for a program, a page for a browser.

    Answers only the front server, which ended TLS; to anybody else the address does not exist.
    """
    shown = edge.presented(request.headers, key=settings.EDGE_KEY)
    asked = request.GET.get("environnement", "")
    where = from_slug(asked)
    if shown is None or request.method not in ("GET", "HEAD") or (asked and where is None):
        raise Http404
    answer = operations.diagnose(shown, environment=where, at=timezone.now())
    if PAGE in request.headers.get("Accept", ""):
        context = {"answer": answer, "shown": shown, "profiles": _profiles(answer), "title": _title(answer)}
        return render(request, "policy/diagnosis/diagnostic.html", context)
    return JsonResponse(_payload(answer, shown), json_dumps_params={"ensure_ascii": False, "indent": 2})


def _title(answer: Answer) -> str:
    return "Votre connexion passe" if answer.findings.passes else "Votre connexion ne passe pas"


def _payload(answer: Answer, shown: edge.Presented) -> dict[str, Any]:
    findings, read = answer.findings, answer.read
    said: dict[str, Any] = {
        "passes": findings.passes,
        "support_code": answer.call.code if answer.call else None,
        "environment": answer.environment.value,
        "at": publication.instant(answer.at),
        "cause": findings.cause.name if findings.cause else None,
        "next_action": findings.next_action,
        "checks": [check.as_json() for check in findings.checks],
        "dn_seen": shown.subject,
    }
    if read:
        said |= {
            "dn": read.facts.subject.rfc4514,
            "fingerprint": read.facts.fingerprint,
            "chain": list(read.chain.authorities),
            "usage": offers.recognise(read.facts).label,
            "not_before": publication.instant(read.facts.not_before),
            "not_after": publication.instant(read.facts.not_after),
            "whitelist": _whitelist(answer),
            "profiles": _profiles(answer),
        }
    return said


def _whitelist(answer: Answer) -> dict[str, Any]:
    known = answer.known
    if known is None:
        return {}
    entries = [{"entry": right.entry, "state": right.state, "region": right.region} for right in known.rights]
    return {"version": known.version, "entries": entries}


def _profiles(answer: Answer) -> list[str]:
    rights = answer.known.rights if answer.known else ()
    return [catalogue.label(code) for code in sorted({code for right in rights for code in right.profiles})]


@reads
@sensitive_post_parameters("pasted")
def why(request: HttpRequest) -> HttpResponse:
    """« Pourquoi ma connexion échoue-t-elle ? »: named causes in order, for a code or for a certificate shown."""
    sent = request.method == "POST"
    code = request.GET.get("code", "")
    form = WhyForm(request.POST if sent else {"code": code} if code else None, request.FILES if sent else None)
    context: dict[str, Any] = {
        "form": form,
        "address": settings.DIAGNOSTIC_URL,
        "breadcrumb": [("Pourquoi ma connexion échoue-t-elle ?", "")],
    }
    status = 200
    if form.is_valid():
        context |= _found(request, form)
    if form.errors:
        status = 422
    return render(request, "policy/diagnosis/why.html", context, status=status)


def _found(request: HttpRequest, form: WhyForm) -> dict[str, Any]:
    """What a call found, or what is found now of the certificate shown."""
    if code := form.cleaned_data["code"]:
        call = queries.of_code(code, request.user)
        if call is None:
            form.add_error(
                "code", "Aucun appel de ces trente derniers jours ne porte ce code parmi ceux de vos services."
            )
            return {}
        return {"call": call, "findings": queries.findings_of(call), "environment": Environment(call.environment)}
    answer = queries.examined(form.shown(), queries.told_to(request.user), environment=form.where, at=timezone.now())
    return {"findings": answer.findings, "environment": answer.environment, "read": answer.read}
