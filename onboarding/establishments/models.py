"""Establishment lists of a service and their judged lines."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.parties.models import DigitalService, LegalEntity

from .lifecycle import State
from .verdicts import GOOD, LineVerdict

LIVING = frozenset({State.DRAFT, State.CONFIRMED})


class EstablishmentListQuerySet(models.QuerySet["EstablishmentList"]):
    """Readings of lists."""

    def visible_to(self, user: Any) -> "EstablishmentListQuerySet":
        """Agents see all; members those of their legal entities; others nothing."""
        if user.is_agent:
            return self.exclude(service__owner__in=LegalEntity.objects.closed_to(user))
        return self.filter(service__owner__in=LegalEntity.objects.visible_to(user))

    def confirmed(self) -> "EstablishmentListQuerySet":
        """Those in force."""
        return self.filter(state=State.CONFIRMED)

    def drafts(self) -> "EstablishmentListQuerySet":
        """Those being prepared."""
        return self.filter(state=State.DRAFT)

    def living(self) -> "EstablishmentListQuerySet":
        """Those not replaced."""
        return self.filter(state__in=sorted(LIVING))


class EstablishmentList(models.Model):
    """The establishments that feed the ROR through a service, as sent, with what each line is worth.

    `digest` names the set of valid numbers; `counts` holds the number of lines by verdict; `added` and `removed` are
    frozen at confirmation, against the list it replaces.
    """

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="establishment_lists")
    state = models.CharField("état", max_length=12, choices=State.choices(), default=State.DRAFT)
    source_name = models.CharField("fichier", max_length=200)
    source_sha256 = models.CharField("empreinte du fichier", max_length=64)
    register_day = models.DateField("registre FINESS du", null=True, blank=True)
    digest = models.CharField("empreinte de la liste", max_length=64, blank=True)
    line_count = models.PositiveIntegerField("lignes", default=0)
    valid_count = models.PositiveIntegerField("établissements valides", default=0)
    counts = models.JSONField("lignes par verdict", default=dict)
    added = models.JSONField("établissements ajoutés", default=list, blank=True)
    removed = models.JSONField("établissements retirés", default=list, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("envoyée le")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    effective_date = models.DateField("prise d’effet au plus tard le", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = EstablishmentListQuerySet.as_manager()
    UNAUDITED = frozenset({"added", "removed"})  # thousands of numbers, which `digest` stands for

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="establishment_list_reference_once"),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(state=State.DRAFT),
                name="establishment_list_draft_once",
                violation_error_message="Une liste de ce service est déjà en préparation.",
            ),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(state=State.CONFIRMED),
                name="establishment_list_confirmed_once",
                violation_error_message="Une liste de ce service est déjà en vigueur.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CONFIRMED)
                | Q(valid_count__gte=1, confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(digest=""),
                name="establishment_list_confirmed_whole",
                violation_error_message="Une liste en vigueur compte un établissement valide et dit qui l’a confirmée.",
            ),
        ]
        indexes = [models.Index(fields=["service", "-uploaded_at"], name="establishment_list_service")]

    def __str__(self) -> str:
        return self.reference

    @property
    def faulty_count(self) -> int:
        """How many lines do not count as establishments."""
        return self.line_count - self.valid_count

    @property
    def filters(self) -> list[tuple[LineVerdict, int]]:
        """The verdicts found in the list with their number of lines, in the order of the page."""
        return [(verdict, self.counts[verdict]) for verdict in LineVerdict if self.counts.get(verdict)]


class ListLineQuerySet(models.QuerySet["ListLine"]):
    """Readings of lines."""

    def good(self) -> "ListLineQuerySet":
        """Those that count as establishments."""
        return self.filter(verdict__in=sorted(GOOD))


class ListLine(models.Model):
    """One line as sent and as judged. `rank` orders lines and names them in addresses; `line` is that of the file."""

    list = models.ForeignKey(EstablishmentList, on_delete=models.CASCADE, related_name="lines")
    rank = models.PositiveIntegerField()
    line = models.PositiveIntegerField("ligne")
    typed = models.CharField("numéro reçu", max_length=60, blank=True)
    typed_name = models.CharField("nom reçu", max_length=300, blank=True)
    finess = models.CharField("FINESS EG", max_length=9, blank=True)
    verdict = models.CharField("verdict", max_length=20, choices=LineVerdict.choices())
    sentence = models.CharField("explication", max_length=600, blank=True)
    name = models.CharField("nom au registre", max_length=250, blank=True)
    city = models.CharField("commune", max_length=120, blank=True)

    objects = ListLineQuerySet.as_manager()

    class Meta:
        ordering = ["list", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["list", "rank"], name="list_line_rank_once"),
            models.UniqueConstraint(
                fields=["list", "finess"],
                condition=Q(verdict__in=sorted(GOOD)),
                name="list_line_finess_once",
                violation_error_message="Cet établissement figure déjà dans la liste.",
            ),
        ]
        indexes = [
            models.Index(fields=["list", "verdict", "rank"], name="list_line_verdict"),
            models.Index(fields=["finess"], name="list_line_finess"),
        ]

    def __str__(self) -> str:
        return f"{self.list.reference} ligne {self.line}"

    @property
    def is_good(self) -> bool:
        """Whether the line counts as an establishment."""
        return self.verdict in GOOD
