"""Candidacies, what was deposited, the agency's comments, messages, and the eligibility answers."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from policy.grants.direction import Direction
from portal.documents.models import DepositedFile
from portal.parties.models import DigitalService
from portal.reference.retrieval import ExchangeFormat
from portal.reference.spaces import SpaceKind

from .blocks import Block, field_label
from .comments import CommentKind
from .conformity import Progress
from .eligibility import Answer
from .lifecycle import CLOSED, EDITABLE, OPEN, State


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    """Readings of candidacies."""

    def visible_to(self, user: Any) -> "CandidacyQuerySet":
        """Agents see all; members see those of their legal entities; others nothing."""
        if user.is_agent:
            return self
        entities = user.memberships.filter(until=None).values("legal_entity_id")
        return self.filter(service__owner_id__in=entities)

    def open(self) -> "CandidacyQuerySet":
        """Those that have not met their end."""
        return self.filter(state__in=OPEN)

    def closed(self) -> "CandidacyQuerySet":
        """Those admitted, refused or withdrawn."""
        return self.filter(state__in=CLOSED)

    def to_take(self) -> "CandidacyQuerySet":
        """Deposited, and taken by nobody yet: the oldest deposit first."""
        return self.filter(state=State.SUBMITTED).order_by("submitted_at")

    def ready_for_committee(self) -> "CandidacyQuerySet":
        """Complete ones, which a session may decide: the oldest first."""
        return self.filter(state__in=[State.COMPLETE, State.DEFERRED]).order_by("submitted_at")

    def with_parties(self) -> "CandidacyQuerySet":
        """With their service and its owner, read in the same query."""
        return self.select_related("service", "service__owner", "reviewer")


class Candidacy(models.Model):
    """The request to enter the trust circle: one service, one direction, one space (settled questions 5 and 7).

    `region_routes` maps region codes to a route; `requested_profiles` lists profile codes; `justifications` maps those
    codes to texts; `user_roles`, `data_wanted` and `retrieval_cases` list codes of reference data. A draft may hold
    blanks and errors: `queries.missing` judges completeness.
    """

    reference = models.CharField(max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="candidacies")
    direction = models.CharField("sens", max_length=12, choices=Direction.choices())
    space = models.CharField("espace", max_length=10, choices=SpaceKind.choices(), default=SpaceKind.NATIONAL)
    state = models.CharField(max_length=14, choices=State.choices(), default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, related_name="followed_by", null=True, blank=True)

    purpose = models.CharField("finalité", max_length=30, blank=True)
    purpose_details = models.TextField(max_length=2000, blank=True)
    region_routes = models.JSONField(default=dict, blank=True)
    requested_profiles = models.JSONField(default=list, blank=True)
    justifications = models.JSONField(default=dict, blank=True)
    user_roles = models.JSONField(default=list, blank=True)
    data_wanted = models.JSONField(default=list, blank=True)
    exchange_format = models.CharField(max_length=10, choices=ExchangeFormat.choices(), blank=True)
    retrieval_cases = models.JSONField(default=list, blank=True)
    exposure_model = models.CharField(max_length=20, blank=True)
    analysis = models.CharField(max_length=12, choices=Progress.choices(), blank=True)
    feasibility = models.CharField(max_length=12, choices=Progress.choices(), blank=True)
    development = models.CharField(max_length=12, choices=Progress.choices(), blank=True)
    nomenclatures = models.TextField(max_length=2000, blank=True)
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

    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
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
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN]) | Q(submitted_at__isnull=False),
                name="candidacy_deposited_at",
                violation_error_message="Une candidature instruite a une date de dépôt.",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="candidacy_by_state")]

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


class Message(models.Model):
    """A message of the thread between vendor and agency."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    from_agency = models.BooleanField()
    body = models.TextField("message", max_length=5000)
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
