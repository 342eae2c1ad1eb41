"""Regions, trust spaces and the FINESS register of establishments with its versions."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.calendar.deadlines import paris_date

from .lifecycle import NomenclatureState, RegionState, VersionState
from .spaces import FeedingRoute, SpaceKind

CODE_LENGTH, NAME_LENGTH = 2, 60  # of a region


class Region(models.Model):
    """A region of the nomenclature TRE_R30, with whom to contact there and how its establishments feed the ROR."""

    code = models.CharField(max_length=CODE_LENGTH)
    name = models.CharField("nom", max_length=NAME_LENGTH)
    ars_name = models.CharField("agence régionale de santé", max_length=120, blank=True)
    ars_email = models.EmailField("adresse de l’ARS", blank=True)
    grades_name = models.CharField("GRADeS", max_length=120, blank=True)
    grades_email = models.EmailField("adresse du GRADeS", blank=True)
    feeding_route = models.CharField(
        "alimentation", max_length=10, choices=FeedingRoute.choices(), default=FeedingRoute.UNKNOWN
    )
    route_since_date = models.DateField("depuis le", null=True, blank=True)
    state = models.CharField(max_length=10, choices=RegionState.choices(), default=RegionState.LISTED)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="region_code_once")]

    def __str__(self) -> str:
        return self.name


class TrustSpace(models.Model):
    """The national space, or the space of one region; `code` is `national` or `regional-11`."""

    code = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=SpaceKind.choices())
    region = models.OneToOneField(Region, on_delete=models.PROTECT, null=True, blank=True, related_name="trust_space")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="trust_space_code_once"),
            models.CheckConstraint(
                condition=Q(kind=SpaceKind.NATIONAL, region=None) | Q(kind=SpaceKind.REGIONAL, region__isnull=False),
                name="trust_space_region",
                violation_error_message="Un espace régional désigne une région, l’espace national aucune.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """The French name of the space."""
        return f"Espace régional {self.region.name}" if self.region else SpaceKind.NATIONAL.label


class RegisterVersion(models.Model):
    """One import of the register: what file, what it changed, who asked."""

    flow_number = models.CharField("numéro de flux", max_length=20)
    flow_date = models.DateField("date du registre")
    source_name = models.CharField("fichier", max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20)
    read_count = models.PositiveIntegerField(default=0)
    added_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    closed_count = models.PositiveIntegerField(default=0)
    reopened_count = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=VersionState.choices(), default=VersionState.IN_FORCE)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    UNAUDITED = frozenset({"faults"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=VersionState.IN_FORCE),
                name="register_version_in_force_once",
                violation_error_message="Une seule version du registre est en vigueur.",
            )
        ]

    def __str__(self) -> str:
        return f"FINESS {self.flow_date or ''}".strip()


class Nomenclature(models.Model):
    """One import of a table of codes (NOS): which table, which version of it, what file, who asked.

    `name` is the table (« TRE_R78 », « JDV_J68 »); one version of each table is in force, the others are kept.
    """

    name = models.CharField("table", max_length=40)
    title = models.CharField("titre", max_length=200)
    url = models.CharField("adresse canonique", max_length=200, blank=True)
    oid = models.CharField("OID", max_length=80, blank=True)
    release = models.CharField("version", max_length=40)
    released_on = models.DateField("date de la version", null=True, blank=True)
    source_name = models.CharField("fichier", max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=NomenclatureState.choices(), default=NomenclatureState.IN_FORCE)
    imported_at = models.DateTimeField("importée le")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(state=NomenclatureState.IN_FORCE),
                name="nomenclature_in_force_once",
                violation_error_message="Une seule version de cette nomenclature est en vigueur.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.release}".strip()


class Concept(models.Model):
    """A code of one version of a nomenclature. `retired_on` is the day the publisher withdrew it, if it did."""

    nomenclature = models.ForeignKey(Nomenclature, on_delete=models.CASCADE, related_name="concepts")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    label = models.CharField("libellé", max_length=500)
    retired_on = models.DateField("retiré le", null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomenclature", "code"],
                name="concept_code_once",
                violation_error_message="Ce code figure déjà dans cette version de la nomenclature.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    """Readings of the register."""

    def open(self) -> "EstablishmentQuerySet":
        """Those that the register in force still holds."""
        return self.filter(closed_at=None)

    def closed(self) -> "EstablishmentQuerySet":
        """Those that a later register no longer holds."""
        return self.exclude(closed_at=None)

    def in_region(self, code: str) -> "EstablishmentQuerySet":
        """Those of a region (TRE_R30 code)."""
        return self.filter(region=code)


class Establishment(models.Model):
    """An establishment (EG) of the register. Never deleted: one that leaves the register is closed.

    `closed_at` is the first instant of the day of the first register that no longer held it.
    """

    finess = models.CharField("FINESS EG", max_length=9)
    finess_ej = models.CharField("FINESS EJ", max_length=9, db_index=True)
    name = models.CharField("nom", max_length=250)
    category = models.CharField("catégorie", max_length=4)
    category_label = models.CharField("libellé de la catégorie", max_length=200, blank=True)
    department = models.CharField("département", max_length=3)
    region = models.CharField("région", max_length=2, blank=True)
    postcode = models.CharField("code postal", max_length=10, blank=True)
    city = models.CharField("commune", max_length=120, blank=True)
    siret = models.CharField("SIRET", max_length=14, null=True, blank=True)
    search_text = models.CharField(max_length=500, editable=False)
    closed_at = models.DateTimeField("absent du registre depuis le", null=True, blank=True)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finess"],
                name="establishment_finess_once",
                violation_error_message="Cet établissement figure déjà au registre.",
            )
        ]
        indexes = [models.Index(fields=["region", "finess"], name="establishment_region")]

    def __str__(self) -> str:
        return f"{self.finess} {self.name}"

    @property
    def is_closed(self) -> bool:
        """Whether the register in force no longer holds it."""
        return self.closed_at is not None

    def closed_on(self) -> date | None:
        """The day of the register that no longer held it, in Paris."""
        return paris_date(self.closed_at) if self.closed_at else None
