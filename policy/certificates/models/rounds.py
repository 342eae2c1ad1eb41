"""What the clock did: rounds of revocation, what sources answered, nightly reviews."""

from django.db import models
from django.db.models import Q

from ..lifecycle import RecordState, ReviewState
from ..revocation import Source, Trouble
from .anchors import TrustAnchor


class CheckRun(models.Model):
    """One round of checks on certificates in force, by the clock: what was asked of whom, and what it said."""

    reference = models.CharField("référence", max_length=20)
    state = models.CharField(max_length=10, choices=RecordState.choices(), default=RecordState.RECORDED)
    is_complete = models.BooleanField("contrôle de tous les certificats", default=True)
    is_listed = models.BooleanField("contrôle de la liste publiée", default=False)
    started_at = models.DateTimeField("commencé le")
    ended_at = models.DateTimeField("fini le")
    good_count = models.PositiveIntegerField("non révoqués", default=0)
    revoked_count = models.PositiveIntegerField("révoqués", default=0)
    unknown_count = models.PositiveIntegerField("inconnus", default=0)
    not_asked_count = models.PositiveIntegerField("sans source", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference"], name="check_run_reference_once")]

    def __str__(self) -> str:
        return self.reference

    @property
    def count(self) -> int:
        """How many certificates were looked at."""
        return self.good_count + self.revoked_count + self.unknown_count + self.not_asked_count


class CertificateReview(models.Model):
    """One nightly reading of every certificate in force: how many, and how many are no longer what they should be.

    `judged_count` are those whose every check was judged again: the others rest on what they rested on before. While
    it is under way, `position` is the key of the last certificate read, and `touched_at` when that was.
    """

    reference = models.CharField("référence", max_length=20)
    state = models.CharField(max_length=10, choices=ReviewState.choices(), default=ReviewState.UNDER_WAY)
    started_at = models.DateTimeField("commencée le")
    ended_at = models.DateTimeField("finie le", null=True, blank=True)
    position = models.BigIntegerField(default=0)
    touched_at = models.DateTimeField("dernière lecture le", null=True, blank=True)
    count = models.PositiveIntegerField("certificats relus", default=0)
    judged_count = models.PositiveIntegerField("rejugés en entier", default=0)
    faulty_count = models.PositiveIntegerField("à corriger", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="certificate_review_reference_once"),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=ReviewState.UNDER_WAY),
                name="certificate_review_one_at_a_time",
                violation_error_message="Une relecture des certificats est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.UNDER_WAY, ended_at=None)
                | Q(state=ReviewState.RECORDED, ended_at__isnull=False),
                name="certificate_review_ended_is_dated",
                violation_error_message="Une relecture finie porte la date de sa fin, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SourceReading(models.Model):
    """What one source of revocation answered in one run; `trouble` is empty when it may be relied upon."""

    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, related_name="readings")
    anchor = models.ForeignKey(TrustAnchor, on_delete=models.PROTECT, related_name="readings")
    kind = models.CharField("source", max_length=4, choices=Source.choices())
    url = models.CharField("adresse", max_length=300)
    at = models.DateTimeField("consultée le")
    trouble = models.CharField("anomalie", max_length=12, choices=Trouble.choices(), blank=True)
    sentence = models.CharField(max_length=400)
    issued_at = models.DateTimeField("émise le", null=True, blank=True)
    next_at = models.DateTimeField("prochaine émission", null=True, blank=True)
    count = models.PositiveIntegerField("numéros révoqués", default=0)

    class Meta:
        indexes = [models.Index(fields=["anchor", "kind", "-at"], name="source_reading_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.url}"
