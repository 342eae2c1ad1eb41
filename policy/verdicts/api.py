"""REST API: verdicts of access, one by one or in batches."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import path, reverse
from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from policy.certificates import deposit, names, x509
from policy.certificates.environments import Environment
from policy.profiles import catalogue, wording
from policy.profiles import queries as profiles
from portal.tokens.authentication import bound_to, for_tokens, require_environment
from portal.tokens.scopes import Scope
from portal.web.access import public
from portal.web.parsers import InstantField

from . import decision, queries, simulation
from .decision import Verdict
from .index import Index
from .question import Question, normalised_fingerprint
from .tally import VERDICTS

AT_MOST = 100  # questions in one call
FACTS_AT_MOST = 20
_FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
CALLERS = ("certificate", "fingerprint", "client_id")
PURPOSE = (
    "Dit si un appelant peut faire ce qu’il demande, et pourquoi. Une question reçoit son verdict, une liste de 1 à "
    f"{AT_MOST} questions la liste de ses verdicts, dans le même ordre. Seul « permit » permet ; « conditional » dit "
    "ce qui reste à établir. Chaque verdict nomme la politique et la publication sur lesquelles il repose. Un jeton "
    "borné à un environnement n’interroge que lui : 403 pour l’autre, fût-ce dans une liste."
)
_SEVERAL = f"Une liste contient de 1 à {AT_MOST} questions."


class QuestionItem(serializers.Serializer[Any]):
    """A question: `certificate`, `fingerprint` or `client_id` says who; `path`, `operation` or `case` says what."""

    environment = serializers.ChoiceField(Environment.choices(), default=Environment.PRODUCTION.value)
    certificate = serializers.CharField(
        required=False,
        max_length=deposit.MAX_BYTES,
        help_text="Certificat public de l’appelant : PEM, ou DER en base64.",
    )
    fingerprint = serializers.CharField(
        required=False, max_length=200, help_text="SHA-256 du certificat : 64 chiffres hexadécimaux."
    )
    client_id = serializers.CharField(required=False, max_length=200)
    operation = serializers.CharField(required=False, max_length=40, help_text="read, search, export ou patch.")
    element = serializers.CharField(
        required=False, max_length=200, help_text="Élément de la politique, élément FHIR ou ressource."
    )
    establishment = serializers.CharField(required=False, max_length=40, help_text="FINESS géographique.")
    case = serializers.CharField(
        required=False,
        max_length=60,
        help_text="Cas de récupération de la politique, qui dit l’opération : cas-1-extraction, export-fhir…",
    )
    path = serializers.CharField(
        required=False,
        max_length=4096,
        trim_whitespace=False,
        help_text="Ligne de requête d’un appel d’alimentation : PATCH …/Location?identifier=1<FINESS>/<service>.",
    )
    region = serializers.CharField(required=False, max_length=10, help_text="Code de la région demandée.")
    facts = serializers.DictField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text='Ce que l’on sait des données, par exemple {"sensitive_unit": "non"}.',
    )
    at = InstantField(required=False, help_text="Instant de la question ; maintenant par défaut.")
    explain = serializers.BooleanField(default=True, help_text="false : sans les motifs.")

    def validate_fingerprint(self, text: str) -> str:
        """The fingerprint in one form, whatever its separators and capitals."""
        found = normalised_fingerprint(text)
        if not _FINGERPRINT.fullmatch(found):
            raise serializers.ValidationError("Une empreinte SHA-256 compte 64 chiffres hexadécimaux.")
        return found

    def validate_certificate(self, text: str) -> tuple[str, str]:
        """The fingerprint of the only certificate pasted, and the digest of its name; no private key is kept."""
        try:
            encoding = deposit.certificate_der(_deposited(text))
        except deposit.Unreadable as refusal:
            raise serializers.ValidationError(f"{refusal.reason.sentence} {refusal.reason.remedy}") from None
        return hashlib.sha256(encoding).hexdigest(), _name_in(encoding)

    def validate_facts(self, facts: dict[str, str]) -> dict[str, str]:
        """A handful of facts."""
        if len(facts) > FACTS_AT_MOST:
            raise serializers.ValidationError(f"Une question énonce {FACTS_AT_MOST} faits au plus.")
        return facts

    callers: tuple[str, ...] = CALLERS

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One caller, one act, and no word that would be silently left out."""
        if unknown := sorted(set(self.initial_data) - set(self.fields)):
            raise serializers.ValidationError({str(unknown[0])[:40]: "Cette rubrique n’existe pas."})
        named = sum(name in attrs for name in self.callers)
        if named > 1 or (not named and not profiles.anonymous_reads(attrs.get("at") or timezone.now())):
            words = wording.listed([f"« {name} »" for name in self.callers], last="ou")
            raise serializers.ValidationError(f"Nommez l’appelant par une seule rubrique : {words}.")
        if not attrs.keys() & {"path", "operation", "case"}:
            raise serializers.ValidationError(
                {"operation": "Dites l’opération demandée, le cas de récupération, ou la ligne de requête (« path »)."}
            )
        if attrs.keys() >= {"path", "case"}:
            raise serializers.ValidationError({"case": "Une ligne de requête n’est pas un cas de récupération."})
        return attrs


def _name_in(encoding: bytes) -> str:
    """The digest of the name that a certificate bears; empty for one that cannot be read."""
    try:
        return names.digest(names.parse(x509.subject_of(encoding)))
    except (ValueError, IndexError):
        return ""


def _deposited(text: str) -> bytes:
    """The bytes deposited: the DER of a text that is all base64, else the text itself, PEM or to be refused."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text.encode()


class ReasonItem(serializers.Serializer[Any]):
    """One ground of a verdict, with the rule and its source when there is one."""

    code = serializers.CharField()
    sentence = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class VerdictItem(serializers.Serializer[Any]):
    """A verdict. Only `permit` permits; `conditional` says what remains to be shown."""

    effect = serializers.ChoiceField(["permit", "conditional", "deny"])
    reasons = ReasonItem(many=True)
    entry = serializers.CharField(allow_blank=True, help_text="Inscription sur laquelle le verdict repose.")
    environment = serializers.ChoiceField(Environment.choices())
    at = serializers.DateTimeField()
    policy_version = serializers.CharField()
    publication_version = serializers.IntegerField()


ASKED = PolymorphicProxySerializer(
    component_name="Questions",
    serializers=[QuestionItem, QuestionItem(many=True)],
    resource_type_field_name=None,
    many=False,
)
ANSWERED = PolymorphicProxySerializer(
    component_name="Verdicts",
    serializers=[VerdictItem, VerdictItem(many=True)],
    resource_type_field_name=None,
    many=False,
)


@for_tokens(Scope.VERDICTS_READ)
@public
@extend_schema(
    operation_id="verdicts", summary="Verdicts d’accès", description=PURPOSE, request=ASKED, responses=ANSWERED
)
@api_view(["POST"])
def verdicts(request: Request) -> Response:
    """Says whether callers may do what they ask for, and why; a list of questions gets the list of its verdicts."""
    given = request.data
    asked = _several(given) if isinstance(given, list) else [_one(given)]
    for environment in sorted({each["environment"] for each in asked}):
        require_environment(request, environment)
    said = _answers(asked)
    return Response(said if isinstance(given, list) else said[0], headers=bound_to(request))


def _one(given: Any) -> dict[str, Any]:
    asked = QuestionItem(data=given)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _several(given: Sequence[Any]) -> list[dict[str, Any]]:
    """All questions of a batch; the errors of each are told under its rank, from 0."""
    if not 1 <= len(given) <= AT_MOST:
        raise serializers.ValidationError(_SEVERAL)
    asked = [QuestionItem(data=each) for each in given]
    wrong = {str(rank): each.errors for rank, each in enumerate(asked) if not each.is_valid()}
    if wrong:
        raise serializers.ValidationError(wrong)
    return [dict(each.validated_data) for each in asked]


def _answers(asked: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    now = timezone.now()
    indexes: dict[tuple[str, datetime], Index] = {}
    answers = []
    for each in asked:
        key = (each["environment"], each.get("at", now))
        if key not in indexes:
            indexes[key] = queries.index_at(*key) if "at" in each else queries.gate_now(*key).index
        verdict = decision.decide(indexes[key], _question(each, at=key[1]), explain=each["explain"])
        reason = verdict.reasons[0].code if verdict.reasons else ""
        VERDICTS.note(timezone.localdate(now).isoformat(), key[0], verdict.effect, reason)
        answers.append(_answer(verdict, environment=key[0], at=key[1]))
    return answers


def _question(asked: Mapping[str, Any], *, at: datetime) -> Question:
    shown, name = asked.get("certificate") or ("", "")
    return Question(
        operation=asked.get("operation"),
        at=at,
        fingerprint=shown or asked.get("fingerprint"),
        client_id=asked.get("client_id"),
        element=asked.get("element"),
        establishment=asked.get("establishment"),
        path=asked.get("path"),
        region=asked.get("region"),
        facts=asked.get("facts", {}),
        case=asked.get("case"),
        name=name or None,
    )


def _answer(verdict: Verdict, *, environment: str, at: datetime) -> dict[str, Any]:
    return dict(VerdictItem(_fields(verdict, environment=environment, at=at)).data)


def _fields(verdict: Verdict, *, environment: str, at: datetime) -> dict[str, Any]:
    return {
        "effect": verdict.effect.value,
        "reasons": verdict.reasons,
        "entry": verdict.entry,
        "environment": environment,
        "at": at,
        "policy_version": verdict.policy_version,
        "publication_version": verdict.publication_version,
    }


class SupposedItem(QuestionItem):
    """A question whose caller may be a profile that nobody needs to hold."""

    callers = (*CALLERS, "profile")
    profile = serializers.ChoiceField(
        sorted(catalogue.CODES), required=False, help_text="Profil supposé, dans son périmètre ; remplace l’appelant."
    )


class AlternativeItem(serializers.Serializer[Any]):
    """What the answer would be with one profile; `asked` marks those of the question."""

    profile = serializers.CharField(source="code")
    label = serializers.CharField()  # type: ignore[assignment]
    effect = serializers.ChoiceField(["permit", "conditional", "deny"])
    sentence = serializers.CharField(source="reason")
    asked = serializers.BooleanField()


class SimulationItem(VerdictItem):
    """A verdict, the same question with every other profile, and the page that shows both."""

    hypothetical = serializers.BooleanField(help_text="true : un profil supposé, que personne ne détient.")
    alternatives = AlternativeItem(many=True)
    link = serializers.CharField(allow_blank=True, help_text="Adresse de cette réponse dans le simulateur du portail.")


@for_tokens(Scope.VERDICTS_READ)
@public
@extend_schema(
    operation_id="verdicts_simulation",
    summary="Verdict simulé",
    description="Répond comme le simulateur du portail : le verdict, ce qu’il serait avec chaque autre profil, et "
    "l’adresse de la page. L’appelant peut être un profil supposé (« profile ») ; la région est celle de "
    "l’établissement quand rien n’est dit. Ces questions ne sont pas comptées.",
    request=SupposedItem,
    responses=SimulationItem,
)
@api_view(["POST"])
def simulate(request: Request) -> Response:
    """The verdict, and what would change with another profile."""
    asked = SupposedItem(data=request.data)
    asked.is_valid(raise_exception=True)
    given = dict(asked.validated_data)
    at, environment = given.get("at") or timezone.now(), given["environment"]
    require_environment(request, environment)
    index = queries.index_at(environment, at)
    question = _question(given, at=at)
    act = decision.act_of(index, question)  # a line of request names its establishment itself
    finess = act.finess if isinstance(act, decision.Act) else None
    region = question.region or (queries.region_of(finess) if finess else None)
    said = simulation.answer(index, question._replace(region=region), profile=given.get("profile", ""))
    fields = _fields(said.verdict, environment=environment, at=at) | {
        "hypothetical": said.hypothetical,
        "alternatives": said.alternatives,
        "link": request.build_absolute_uri(f"{reverse('simulator')}?{said.query}") if said.query else "",
    }
    if not given["explain"]:
        fields["reasons"] = ()
    return Response(SimulationItem(fields).data)


urlpatterns = [
    path("verdicts", verdicts, name="api_verdicts"),
    path("verdicts/simulation", simulate, name="api_verdicts_simulation"),
]
