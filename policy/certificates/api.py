"""REST API: certificates with their checks; a tool proposes one, a person of the vendor declares it."""

import base64
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from portal.parties.models import DigitalService
from portal.tokens import paging
from portal.tokens.authentication import for_tokens
from portal.tokens.lists import PAGING, answer
from portal.tokens.paging import BadRequest
from portal.tokens.scopes import Scope
from portal.web.access import entrance, public

from . import deposit, operations, queries, shelves
from .environments import Environment
from .lifecycle import ProposalState
from .models import Certificate, CertificateProposal
from .shelves import Shelf

FILTERS = ("service", "environment", "shelf")
PARAMETERS = [
    OpenApiParameter("service", str, description="Référence du service."),
    OpenApiParameter("environment", str, enum=[one.value for one in Environment]),
    OpenApiParameter("shelf", str, enum=[one.value for one in Shelf if one.value], description="Partie de la liste."),
    *PAGING,
]
PURPOSE = (
    "Propose un certificat public pour un service. Le jeton ne déclare rien : une personne de l’éditeur lit les "
    "contrôles, déclare le certificat ou écarte la proposition. Proposer deux fois le même rend la même proposition. "
    "Une clé privée est refusée, et n’est conservée nulle part."
)


class CheckItem(serializers.Serializer[Any]):
    """One named check: `outcome` is good, bad or unavailable."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    outcome = serializers.CharField()
    sentence = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)


class CertificateItem(serializers.Serializer[Certificate]):
    """A declared certificate. `fault` names what the last nightly review found to mend; empty when nothing."""

    reference = serializers.CharField()
    service = serializers.CharField(source="service.reference")
    environment = serializers.CharField()
    state = serializers.CharField()
    subject = serializers.CharField()
    issuer = serializers.CharField()
    serial = serializers.CharField()
    fingerprint = serializers.CharField()
    hierarchy = serializers.CharField()
    not_before = serializers.DateTimeField()
    not_after = serializers.DateTimeField()
    revocation = serializers.CharField()
    revocation_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    fault = serializers.CharField(allow_blank=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    client_number = serializers.CharField(allow_blank=True)
    declared_at = serializers.DateTimeField()


class CertificateDetail(CertificateItem):
    """The same, with the verdict, the checks, the certificate itself and what uses it."""

    verdict = serializers.CharField()
    is_good = serializers.BooleanField()
    checks = CheckItem(many=True)
    certificate = serializers.CharField(source="pem")
    establishments = serializers.ListField(child=serializers.CharField())
    uses = serializers.ListField(child=serializers.CharField())


class CertificatePage(serializers.Serializer[Any]):
    """A page of certificates."""

    items = CertificateItem(many=True)
    next = serializers.CharField(allow_null=True)


class ProposedItem(serializers.Serializer[Any]):
    """A certificate to propose: PEM, or DER in base64."""

    service = serializers.CharField(max_length=20, help_text="Référence du service.")
    environment = serializers.ChoiceField(Environment.choices())
    certificate = serializers.CharField(max_length=deposit.MAX_BYTES, trim_whitespace=False)


class ProposalItem(serializers.Serializer[CertificateProposal]):
    """A proposal and what the portal found of it."""

    reference = serializers.CharField()
    service = serializers.CharField(source="service.reference")
    environment = serializers.CharField()
    state = serializers.ChoiceField(ProposalState.choices())
    fingerprint = serializers.CharField()
    subject = serializers.CharField()
    not_after = serializers.DateTimeField()
    checks = CheckItem(many=True)
    proposed_at = serializers.DateTimeField()
    declared_as = serializers.CharField(source="certificate", allow_null=True)


@for_tokens(Scope.CERTIFICATES_READ)
@public
@extend_schema(operation_id="certificates", summary="Certificats", parameters=PARAMETERS, responses=CertificatePage)
@api_view(["GET"])
def certificates(request: Request) -> Response:
    """The declared certificates, oldest first, with what the clock last found of each."""
    asked = request.query_params
    page = paging.read(asked, others=FILTERS)
    shelf = shelves.of(asked.get("shelf", ""))
    if shelf is None:
        raise BadRequest("« shelf » est une partie de la liste que décrit la documentation.", field="shelf")
    rows = queries.cut(Certificate.objects.all(), shelf, at=timezone.now())
    if service := asked.get("service"):
        rows = rows.filter(service__reference=service)
    if environment := asked.get("environment"):
        rows = rows.filter(environment=_environment(environment))
    return answer(rows.select_related("service").defer("pem", "checks"), page, CertificateItem)


@for_tokens(Scope.CERTIFICATES_READ)
@public
@extend_schema(operation_id="certificate", summary="Un certificat", responses=CertificateDetail)
@api_view(["GET"])
def certificate(request: Request, reference: str) -> Response:
    """One certificate: its verdict now, its named checks and remedies, what uses it."""
    found = Certificate.objects.select_related("service").filter(reference=reference).first()
    if found is None:
        raise NotFound
    verdict = queries.verdict(found, at=timezone.now())
    fields = {
        **CertificateItem(found).data,
        "verdict": verdict.sentence,
        "is_good": verdict.is_good,
        "checks": [check.as_json() for check in verdict.checks],
        "certificate": found.pem,
        "establishments": found.establishments,
        "uses": [use.label for use in queries.uses_of(found)],
    }
    return Response(fields)


@for_tokens(Scope.CERTIFICATES_PROPOSE)
@entrance
@extend_schema(
    operation_id="certificate_proposals",
    summary="Proposer un certificat",
    description=PURPOSE,
    request=ProposedItem,
    responses={201: ProposalItem, 200: OpenApiResponse(ProposalItem, "Ce certificat était déjà proposé.")},
)
@api_view(["POST"])
def certificate_proposals(request: Request) -> Response:
    """A tool proposes a certificate for a service."""
    asked = ProposedItem(data=request.data)
    asked.is_valid(raise_exception=True)
    given, now = asked.validated_data, timezone.now()
    service = DigitalService.objects.filter(reference=given["service"]).first()
    if service is None:
        raise serializers.ValidationError({"service": "Ce service n’existe pas."})
    made = operations.propose(
        service,
        environment=Environment(given["environment"]),
        data=_deposited(given["certificate"]),
        token=str(getattr(request.auth, "prefix", "")),
        at=now,
    )
    return Response(ProposalItem(made).data, status=201 if made.proposed_at == now else 200)


@for_tokens(Scope.CERTIFICATES_PROPOSE)
@public
@extend_schema(operation_id="certificate_proposal", summary="Une proposition", responses=ProposalItem)
@api_view(["GET"])
def certificate_proposal(request: Request, reference: str) -> Response:
    """What became of a proposal."""
    rows = CertificateProposal.objects.select_related("service", "certificate")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise NotFound
    return Response(ProposalItem(found).data)


def _environment(word: str) -> Environment:
    try:
        return Environment(word)
    except ValueError as error:
        raise BadRequest("« environment » vaut production ou sandbox.", field="environment") from error


def _deposited(text: str) -> bytes:
    """The bytes deposited: the DER of a text that is all base64, else the text itself, PEM or to be refused."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text.encode()


urlpatterns = [
    path("certificates", certificates, name="api_certificates"),
    path("certificates/<slug:reference>", certificate, name="api_certificate"),
    path("certificate-proposals", certificate_proposals, name="api_certificate_proposals"),
    path("certificate-proposals/<slug:reference>", certificate_proposal, name="api_certificate_proposal"),
]
