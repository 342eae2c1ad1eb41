"""Measures taken on a right: what they reach, why, what the vendor answered, who decided, who lifted."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.parties.models import LegalEntity
from portal.web import wording

from . import extent as extents
from .extent import Extent, Motive, Nature
from .lifecycle import LIVING, STANDING, State


def _person(**more: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more)


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Readings of measures."""

    def visible_to(self, user: Any) -> "SanctionQuerySet":
        """Agents see all, but for entities closed to them; members those of their legal entities; others nothing."""
        if user.is_agent:
            return self.exclude(grant__holder__in=LegalEntity.objects.closed_to(user))
        return self.filter(grant__holder__in=LegalEntity.objects.visible_to(user))

    def living(self) -> "SanctionQuerySet":
        """Those that are neither lifted nor dropped."""
        return self.filter(state__in=sorted(LIVING))

    def standing(self) -> "SanctionQuerySet":
        """Those that close something now."""
        return self.filter(state__in=sorted(STANDING))


class Sanction(models.Model):
    """A measure on a right (« mesure »): suspension or withdrawal of a profile, an establishment, a direction, all.

    `source` names the breach case that it follows, when it does: its formal notice was then the adversarial step.
    `entry` is the whitelist entry that somebody had stopped from its own page: the measure regularises that act.
    `due_on` ends the vendor's time to answer, `regularise_on` the agency's to confirm what it did in an emergency.
    """

    reference = models.CharField("référence", max_length=20)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="sanctions")
    entry = models.ForeignKey(WhitelistEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="sanctions")
    nature = models.CharField("nature", max_length=12, choices=Nature.choices())
    extent = models.CharField("portée", max_length=16, choices=Extent.choices())
    value = models.CharField("profil ou établissement", max_length=9, blank=True)
    motive = models.CharField("motif", max_length=12, choices=Motive.choices())
    grounds = models.TextField("faits et motifs", max_length=6000)
    emergency = models.TextField("ce qui fait l’urgence", max_length=2000, blank=True)
    source = models.CharField("manquement", max_length=20, blank=True)
    state = models.CharField("état", max_length=10, choices=State.choices())
    opened_by = _person()
    opened_at = models.DateTimeField("ouverte le")
    due_on = models.DateField("observations attendues avant le")
    observations = models.TextField("observations de l’éditeur", max_length=12000, blank=True)
    observed_at = models.DateTimeField("observations reçues le", null=True, blank=True)
    regularise_on = models.DateField("à régulariser avant le", null=True, blank=True)
    reminded_at = models.DateTimeField("rappel de régularisation", null=True, blank=True)
    decided_by = _person(null=True, blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    signed_as = models.CharField("qualité de l’auteur", max_length=160, blank=True)
    conclusions = models.TextField("conclusions", max_length=4000, blank=True)
    in_force_since = models.DateTimeField("en vigueur depuis", null=True, blank=True)
    lifting_proposed_by = _person(null=True, blank=True)
    lifting_grounds = models.TextField("motifs de la levée", max_length=4000, blank=True)
    lifted_by = _person(null=True, blank=True)
    lifted_at = models.DateTimeField("levée le", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="sanction_reference_once"),
            models.UniqueConstraint(
                fields=["grant", "nature", "extent", "value"],
                condition=Q(state__in=sorted(state.value for state in LIVING)),
                name="sanction_living_once",
                violation_error_message="Une mesure de même portée est déjà en cours sur cette habilitation.",
            ),
            models.CheckConstraint(
                condition=~Q(grounds=""),
                name="sanction_with_grounds",
                violation_error_message="Une mesure dit les faits et leurs motifs.",
            ),
            models.CheckConstraint(
                condition=(Q(extent__in=[Extent.PROFILE.value, Extent.ESTABLISHMENT.value]) & ~Q(value=""))
                | Q(extent__in=[Extent.DIRECTION.value, Extent.SERVICE.value], value=""),
                name="sanction_value",
                violation_error_message="Une mesure vise un profil, un établissement, ou tout.",
            ),
            models.CheckConstraint(
                condition=Q(regularise_on=None) | (Q(nature=Nature.SUSPENSION.value) & ~Q(emergency="")),
                name="sanction_emergency_documented",
                violation_error_message="Une urgence se documente, et ne peut que suspendre.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DROPPED.value) | ~Q(decided_by=F("opened_by")),
                name="sanction_four_eyes",
                violation_error_message="La personne qui a ouvert une mesure ne peut pas la décider.",
            ),
            models.CheckConstraint(
                condition=~Q(lifted_by=F("lifting_proposed_by")),
                name="sanction_lifting_four_eyes",
                violation_error_message="La personne qui a proposé de lever une mesure ne peut pas la lever.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.IN_FORCE.value) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="sanction_decided",
                violation_error_message="Une mesure en vigueur a été décidée par une seconde personne.",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="sanction_by_state")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_whole(self) -> bool:
        """Whether it reaches all that the right opens."""
        return self.extent in extents.WHOLE

    @property
    def reach(self) -> str:
        """« le profil B », « tout ce sens d’échange »."""
        return extents.in_words(self.extent, self.value)

    @property
    def because(self) -> str:
        """Why a right is closed, as its restriction says it."""
        return f"mesure {self.reference} : {wording.uncapped(self.get_motive_display())}"

    def part_of(self, direction: str) -> str:
        """« le profil B »; « ce sens d’échange (alimentation du ROR) » for what reaches all."""
        return f"ce sens d’échange ({direction.lower()})" if self.is_whole else self.reach

    @property
    def words(self) -> str:
        """« Suspension : le profil B »."""
        return f"{self.get_nature_display()} : {self.reach}"

    @property
    def in_words(self) -> str:
        """« suspension : le profil B », inside a sentence."""
        return f"{self.get_nature_display().lower()} : {self.reach}"

    @property
    def is_urgent(self) -> bool:
        """Whether it took effect before anybody else looked at it."""
        return self.regularise_on is not None
