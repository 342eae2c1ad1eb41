"""REST API: candidacies for the agency's tools; a token may propose a draft, which a person of the vendor deposits."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from policy.grants.direction import Direction
from portal.parties.models import DigitalService
from portal.reference.retrieval import ExchangeFormat
from portal.reference.spaces import FeedingRoute, SpaceKind
from portal.tokens import paging
from portal.tokens.authentication import for_tokens
from portal.tokens.lists import PAGING, answer
from portal.tokens.paging import BadRequest
from portal.tokens.scopes import Scope
from portal.web.access import entrance, public

from .blocks import LABEL_OF
from .completeness import LISTS
from .lifecycle import State
from .models import Candidacy, CandidacyVersion
from .operations import drafts
from .queries import contents, versions

PARAMETERS = [
    OpenApiParameter("service", str, description="Référence du service."),
    OpenApiParameter("state", str, enum=[state.value for state in State]),
    OpenApiParameter("direction", str, enum=[direction.value for direction in Direction]),
    *PAGING,
]
PURPOSE = (
    "Propose un brouillon pour un service. Le jeton ne dépose rien : une personne de l’éditeur relit le brouillon, le "
    "complète et le représentant légal le dépose. Refusé si une candidature est déjà en cours dans ce sens."
)
HIDDEN = "confidentiel"


class CandidacyItem(serializers.Serializer[Candidacy]):
    """A request and where it stands."""

    reference = serializers.CharField()
    service = serializers.CharField(source="service.reference")
    service_name = serializers.CharField(source="service.name")
    owner = serializers.CharField(source="service.owner.name")
    direction = serializers.CharField()
    space = serializers.CharField()
    state = serializers.CharField()
    requested_profiles = serializers.ListField(child=serializers.CharField())
    opened_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class VersionItem(serializers.Serializer[CandidacyVersion]):
    """A deposit: its number, its instant, the digest of the exact bytes deposited."""

    number = serializers.IntegerField()
    deposited_at = serializers.DateTimeField()
    sha256 = serializers.CharField()


class CandidacyDetail(CandidacyItem):
    """The same, with its answers as they stand (confidential ones untold) and its deposits."""

    answers = serializers.DictField()
    confidential = serializers.ListField(child=serializers.CharField())
    versions = VersionItem(many=True)


class CandidacyPage(serializers.Serializer[Any]):
    """A page of candidacies."""

    items = CandidacyItem(many=True)
    next = serializers.CharField(allow_null=True)


def _text(most: int) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_blank=True)


def _codes() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=40), max_length=60, required=False)


def _texts() -> serializers.DictField:
    return serializers.DictField(child=serializers.CharField(max_length=2000, allow_blank=True), required=False)


class AnswersItem(serializers.Serializer[Any]):
    """The answers that a tool may propose; a draft may hold blanks and errors."""

    purpose = _text(30)
    purpose_details = _text(2000)
    region_routes = serializers.DictField(child=serializers.ChoiceField(FeedingRoute.choices()), required=False)
    requested_profiles = _codes()
    justifications = _texts()
    user_roles = _codes()
    data_wanted = _codes()
    data_reasons = _texts()
    exchange_format = serializers.ChoiceField(ExchangeFormat.choices(), required=False, allow_blank=True)
    retrieval_cases = _codes()
    exposure_model = _text(20)
    technical_name = _text(160)
    technical_email = _text(254)
    technical_phone = _text(30)
    privacy_name = _text(160)
    privacy_email = _text(254)
    privacy_phone = _text(30)


class DraftItem(serializers.Serializer[Any]):
    """A draft to propose."""

    service = serializers.CharField(max_length=20, help_text="Référence du service.")
    direction = serializers.ChoiceField(Direction.choices())
    space = serializers.ChoiceField(SpaceKind.choices(), default=SpaceKind.NATIONAL)
    answers = AnswersItem(required=False)


@for_tokens(Scope.CANDIDACIES_READ)
@public
@extend_schema(operation_id="candidacies", summary="Candidatures", parameters=PARAMETERS, responses=CandidacyPage)
@api_view(["GET"])
def candidacies(request: Request) -> Response:
    """The requests, oldest first."""
    asked = request.query_params
    page = paging.read(asked, others=("service", "state", "direction"))
    rows = Candidacy.objects.select_related("service__owner")
    for name, known in (("state", set(State)), ("direction", set(Direction))):
        if value := asked.get(name):
            if value not in known:
                raise BadRequest(f"« {name} » n’a pas cette valeur : la documentation les énumère.", field=name)
            rows = rows.filter(**{name: value})
    if service := asked.get("service"):
        rows = rows.filter(service__reference=service)
    return answer(rows, page, CandidacyItem)


@for_tokens(Scope.CANDIDACIES_READ)
@public
@extend_schema(operation_id="candidacy", summary="Une candidature", responses=CandidacyDetail)
@api_view(["GET"])
def candidacy(request: Request, reference: str) -> Response:
    """One request, its answers and its deposits; what is confidential is not told to a token."""
    rows = Candidacy.objects.select_related("service__owner", "service__sheet", "mandate", "sponsor_letter")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise NotFound
    answers = contents.content_of(found)["answers"]
    told = {name: HIDDEN if name in found.confidential else answers[name] for name in LABEL_OF}
    deposits: Any = VersionItem
    fields = {
        **CandidacyItem(found).data,
        "answers": told,
        "confidential": found.confidential,
        "versions": deposits(versions.all_of(found), many=True).data,
    }
    return Response(fields)


@for_tokens(Scope.CANDIDACIES_PROPOSE)
@entrance
@extend_schema(
    operation_id="candidacy_propose",
    summary="Proposer un brouillon",
    description=PURPOSE,
    request=DraftItem,
    responses={201: CandidacyItem},
)
@api_view(["POST"])
def candidacy_propose(request: Request) -> Response:
    """A tool proposes a draft for a service."""
    asked = DraftItem(data=request.data)
    asked.is_valid(raise_exception=True)
    given = asked.validated_data
    service = DigitalService.objects.select_related("owner").filter(reference=given["service"]).first()
    if service is None:
        raise serializers.ValidationError({"service": "Ce service n’existe pas."})
    made = drafts.propose(
        service,
        direction=given["direction"],
        space=given["space"],
        answers=_plain(given.get("answers", {})),
        token=str(getattr(request.auth, "prefix", "")),
        at=timezone.now(),
    )
    return Response(CandidacyItem(made).data, status=201)


def _plain(answers: Any) -> dict[str, Any]:
    """Codes once each, in order."""
    return {name: sorted(set(value)) if name in LISTS else value for name, value in answers.items()}


urlpatterns = [
    path("candidacies", candidacies, name="api_candidacies"),
    path("candidacy-proposals", candidacy_propose, name="api_candidacy_propose"),
    path("candidacies/<slug:reference>", candidacy, name="api_candidacy"),
]
