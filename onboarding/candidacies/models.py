"""Candidacies, what was deposited, the agency's comments, messages, and the eligibility answers."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.documents.models import DepositedFile
from portal.parties.models import DigitalService, Membership
from portal.reference.retrieval import ExchangeFormat
from portal.reference.spaces import SpaceKind

from .blocks import Block, field_label
from .comments import CommentKind
from .conformity import Progress
from .eligibility import Answer
from .lifecycle import CLOSED, EDITABLE, OPEN, State


@dataclass(frozen=True, slots=True)
class RegionalSponsorship:
    """A region that supports a request: its code, and whom to ask there (the address may be empty)."""

    region: str
    contact: str
    email: str


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    """Readings of candidacies."""

    def visible_to(self, user: Any) -> "CandidacyQuerySet":
        """Agents see all but what is closed to them; an ARS its regional space; members their own; others nothing."""
        if user.is_agent:
            return self.exclude(service__in=DigitalService.objects.closed_to(user))
        entities = Membership.objects.active().filter(user_id=user.pk).values("legal_entity_id")
        seen = Q(service__owner_id__in=entities)
        for region in user.regions:
            regional = Q(space=SpaceKind.REGIONAL, region_routes__has_key=region)
            seen |= regional & Q(submitted_at__isnull=False)
        found = self.filter(seen)
        return found.exclude(service__in=DigitalService.objects.closed_to(user)) if user.regions else found

    def open(self) -> "CandidacyQuerySet":
        """Those that have not met their end."""
        return self.filter(state__in=OPEN)

    def closed(self) -> "CandidacyQuerySet":
        """Those admitted, refused, withdrawn or abandoned."""
        return self.filter(state__in=CLOSED)

    def naming(self, address: str) -> "CandidacyQuerySet":
        """Those neither refused nor given up whose technical or data-protection contact has this address."""
        named = Q(technical_email__iexact=address) | Q(privacy_email__iexact=address)
        return self.filter(named, state__in=OPEN | {State.ADMITTED}).order_by("pk")

    def to_take(self) -> "CandidacyQuerySet":
        """Deposited, and taken by nobody yet: the oldest deposit first."""
        return self.filter(state=State.SUBMITTED).order_by("submitted_at")

    def untouched_since(self, moment: datetime) -> "CandidacyQuerySet":
        """Drafts that nobody has filled since that moment."""
        return self.filter(state=State.DRAFT).filter(
            Q(touched_at__lt=moment) | Q(touched_at=None, opened_at__lt=moment)
        )

    def to_close(self, told: datetime) -> "CandidacyQuerySet":
        """Drafts whose owner was told before that moment that they would be closed, and who left them so."""
        return self.filter(state=State.DRAFT, warned_at__lte=told)

    def ready_for_committee(self) -> "CandidacyQuerySet":
        """Complete ones, which a session may decide: the oldest first."""
        return self.filter(state__in=[State.COMPLETE, State.DEFERRED]).order_by("submitted_at")

    def with_parties(self) -> "CandidacyQuerySet":
        """With their service and its owner, read in the same query."""
        return self.select_related("service", "service__owner", "reviewer")


class Candidacy(models.Model):
    """The request to enter the trust circle: one service, one direction, one space (settled questions 5 and 7).

    `region_routes` maps region codes to a route; `requested_profiles` lists profile codes; `justifications` maps those
    codes to texts, and `data_reasons` those of data; `acknowledged_duties` is a note of `duties`; `user_roles`,
    `data_wanted`, `retrieval_cases` and `nomenclatures_followed` list codes of reference data; `confidential` names
    answers. A draft may hold blanks and errors: `queries.missing` judges completeness.
    """

    reference = models.CharField(max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="candidacies")
    direction = models.CharField("sens", max_length=12, choices=Direction.choices())
    space = models.CharField("espace", max_length=10, choices=SpaceKind.choices(), default=SpaceKind.NATIONAL)
    state = models.CharField(max_length=14, choices=State.choices(), default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, related_name="followed_by", null=True, blank=True)

    amends = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="amendments", null=True, blank=True)
    reopened = models.JSONField("blocs rouverts", default=list, blank=True)  # of an amendment; empty: all of them

    purpose = models.CharField("finalité", max_length=30, blank=True)
    purpose_details = models.TextField(max_length=2000, blank=True)
    region_routes = models.JSONField(default=dict, blank=True)
    requested_profiles = models.JSONField(default=list, blank=True)
    justifications = models.JSONField(default=dict, blank=True)
    acknowledged_duties = models.JSONField(default=dict, blank=True)
    user_roles = models.JSONField(default=list, blank=True)
    data_wanted = models.JSONField(default=list, blank=True)
    data_reasons = models.JSONField(default=dict, blank=True)
    exchange_format = models.CharField(max_length=10, choices=ExchangeFormat.choices(), blank=True)
    retrieval_cases = models.JSONField(default=list, blank=True)
    exposure_model = models.CharField(max_length=20, blank=True)
    analysis = models.CharField(max_length=12, choices=Progress.choices(), blank=True)
    feasibility = models.CharField(max_length=12, choices=Progress.choices(), blank=True)
    development = models.CharField(max_length=12, choices=Progress.choices(), blank=True)
    nomenclatures_followed = models.JSONField(default=list, blank=True)
    nomenclatures = models.TextField(max_length=2000, blank=True)
    local_additions = models.TextField(max_length=2000, blank=True)
    technical_name = models.CharField(max_length=160, blank=True)
    technical_email = models.CharField(max_length=254, blank=True)
    technical_phone = models.CharField(max_length=30, blank=True)
    privacy_name = models.CharField(max_length=160, blank=True)
    privacy_email = models.CharField(max_length=254, blank=True)
    privacy_phone = models.CharField(max_length=30, blank=True)
    for_third_party = models.BooleanField(null=True, blank=True)
    third_party_name = models.CharField(max_length=200, blank=True)
    third_party_number = models.CharField(max_length=20, blank=True)
    mandate = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    sponsor_region = models.CharField(max_length=2, blank=True)
    sponsor_name = models.CharField(max_length=160, blank=True)
    sponsor_email = models.CharField(max_length=254, blank=True)
    sponsor_letter = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    confidential = models.JSONField(default=list, blank=True)

    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    touched_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviewed_candidacies", null=True, blank=True
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="candidacy_reference_once"),
            models.UniqueConstraint(
                fields=["service", "direction"],
                condition=Q(state__in=sorted(OPEN)),
                name="candidacy_open_once",
                violation_error_message="Ce service a déjà une candidature en cours dans ce sens.",
            ),
            models.CheckConstraint(
                condition=~Q(direction=Direction.FEEDING) | Q(space=SpaceKind.NATIONAL),
                name="candidacy_feeding_is_national",
                violation_error_message="L’alimentation du ROR relève toujours de l’espace national.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN, State.ABANDONED]) | Q(submitted_at__isnull=False),
                name="candidacy_deposited_at",
                violation_error_message="Une candidature instruite a une date de dépôt.",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at", "service"], name="candidacy_by_state_service"),
            models.Index(Coalesce("submitted_at", "opened_at"), "id", name="candidacy_by_arrival"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_editable(self) -> bool:
        """True while it is the vendor's turn."""
        return self.state in EDITABLE

    @property
    def is_open(self) -> bool:
        """True until it meets its end."""
        return self.state in OPEN

    @property
    def regions(self) -> list[str]:
        """The codes of the regions asked for."""
        return sorted(self.region_routes)

    @property
    def sponsorship(self) -> RegionalSponsorship | None:
        """The region that supports the request, if one does (settled question 6)."""
        if not self.sponsor_region:
            return None
        return RegionalSponsorship(self.sponsor_region, self.sponsor_name, self.sponsor_email)


class CandidacyVersion(models.Model):
    """What was deposited, as exact bytes: the text of `content` is what `sha256` digests. Never changed."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    deposited_at = models.DateTimeField()
    deposited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["candidacy", "number"], name="candidacy_version_once")]

    def __str__(self) -> str:
        return f"{self.candidacy} version {self.number}"

    @property
    def data(self) -> dict[str, Any]:
        """The content as an object."""
        return dict(json.loads(self.content))


class PaperDeposit(models.Model):
    """A request that came by mail or on paper, registered by an agent for its signer (settled question 2)."""

    candidacy = models.OneToOneField(Candidacy, on_delete=models.PROTECT, related_name="paper")
    scan = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+")
    received_date = models.DateField("reçue le")
    signer = models.CharField("signataire", max_length=160)
    quality = models.CharField("qualité du signataire", max_length=160)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"dépôt papier de {self.candidacy.reference}"


class FieldCommentQuerySet(models.QuerySet["FieldComment"]):
    """Readings of comments."""

    def prepared(self) -> "FieldCommentQuerySet":
        """Written, and not yet sent to the vendor."""
        return self.filter(sent_at=None)

    def sent(self) -> "FieldCommentQuerySet":
        """Sent to the vendor: those he may read."""
        return self.filter(sent_at__isnull=False)

    def of_this_round(self, candidacy: Candidacy) -> "FieldCommentQuerySet":
        """Sent since the last deposit."""
        return self.sent().filter(candidacy=candidacy, closed_at=None)

    def unanswered(self) -> "FieldCommentQuerySet":
        """Sent, and without an answer."""
        return self.sent().filter(answered_at=None, closed_at=None)


class FieldComment(models.Model):
    """What the agency finds wrong with an answer; the vendor reads it once the candidacy is returned, and answers.

    `field` is empty when the whole block is meant. A new deposit closes the comments of its round.
    """

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="comments")
    number = models.PositiveSmallIntegerField()
    block = models.CharField("bloc", max_length=16, choices=Block.choices())
    field = models.CharField("champ", max_length=40, blank=True)
    kind = models.CharField("motif", max_length=12, choices=CommentKind.choices())
    text = models.TextField("commentaire", max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField("réponse", max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = FieldCommentQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "number"], name="field_comment_number_once"),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="field_comment_says_something",
                violation_error_message="Un commentaire dit ce qui est à corriger.",
            ),
        ]

    def __str__(self) -> str:
        return f"commentaire {self.number} de {self.candidacy}"

    @property
    def label(self) -> str:
        """The label of the field commented, or of the whole block."""
        return field_label(Block(self.block), self.field)


class SupportingPiece(models.Model):
    """A file that the vendor joins to a candidacy. One taken away stays in the versions that carried it.

    A confidential piece is read by those only whom `confidence` lets.
    """

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    title = models.CharField("intitulé", max_length=160)
    file = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+")
    is_confidential = models.BooleanField("confidentielle", default=False)
    joined_at = models.DateTimeField()
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "number"], name="supporting_piece_number_once"),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="supporting_piece_has_a_title",
                violation_error_message="Donnez un intitulé à la pièce.",
            ),
        ]

    def __str__(self) -> str:
        return f"pièce {self.number} de {self.candidacy}"


class CandidacyReader(models.Model):
    """A member of the committee who may read what is confidential, while the candidacy is on an agenda."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy", "user"],
                condition=Q(until=None),
                name="candidacy_reader_once",
                violation_error_message="Cette personne lit déjà ce qui est confidentiel dans cette candidature.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} lit {self.candidacy}"


class Message(models.Model):
    """A message of the thread between vendor and agency."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    from_agency = models.BooleanField()
    body = models.TextField("message", max_length=5000)
    reply_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="replies", null=True, blank=True, verbose_name="en réponse à"
    )  # always the first message of its thread
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["candidacy", "written_at"], name="candidacy_message_thread")]

    def __str__(self) -> str:
        return f"message du {self.written_at:%d/%m/%Y} sur {self.candidacy}"


class EligibilityAnswer(models.Model):
    """The reviewer's answer to one criterion of the grid."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="eligibility_answers")
    criterion = models.CharField(max_length=30)
    answer = models.CharField("réponse", max_length=16, choices=Answer.choices())
    comment = models.CharField("commentaire", max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidacy", "criterion"], name="eligibility_answer_once")]

    def __str__(self) -> str:
        return f"{self.criterion} de {self.candidacy}"
