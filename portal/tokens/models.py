"""Tokens by which tools of the agency call the REST API."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from portal.accounts.models import StaffAssignment

from .lifecycle import State
from .scopes import Scope, Where


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Readings of tokens."""

    def visible_to(self, user: Any) -> "ApiTokenQuerySet":
        """Agents see all (names and prefixes, never secrets); others nothing."""
        return self if user.is_agent else self.none()

    def usable(self, now: datetime) -> "ApiTokenQuerySet":
        """Neither revoked nor expired; its responsible agent, if one is named, still has his account and a role."""
        in_office = StaffAssignment.objects.filter(user=OuterRef("owner_agent"), until=None)
        owned = Q(owner_agent=None) | Q(Exists(in_office), owner_agent__is_active=True)
        return self.filter(owned, state=State.ACTIVE, expires_at__gt=now)


class ApiToken(models.Model):
    """A token: its digest only. `prefix` is its public reference; `last_used_at` is true to the hour.

    `environments` bounds whose list it reads, whose verdicts it asks and for which it reports; empty: both.
    """

    prefix = models.CharField("préfixe", max_length=10)
    name = models.CharField("nom", max_length=80)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField("périmètres", default=list)
    environments = models.JSONField("environnements", default=list, blank=True)
    owner = models.CharField("équipe ou outil responsable", max_length=120)
    owner_agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("créé le")
    expires_at = models.DateTimeField("expire le")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    last_used_at = models.DateTimeField("dernier usage", null=True, blank=True)
    state = models.CharField("état", max_length=20, choices=State.choices())

    objects = ApiTokenQuerySet.as_manager()
    UNAUDITED = frozenset({"digest", "last_used_at"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix"], name="api_token_prefix_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="api_token_expires",
                violation_error_message="Un jeton expire après sa création.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.ACTIVE.value, revoked_at=None)
                | Q(state=State.REVOKED.value, revoked_at__isnull=False),
                name="api_token_revoked_at",
                violation_error_message="Un jeton révoqué porte la date de sa révocation.",
            ),
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def scopes_in_words(self) -> list[str]:
        """The French label of each scope; a scope no longer known is shown as it is."""
        known = dict(Scope.choices())
        return [known.get(scope, scope) for scope in self.scopes]

    @property
    def environments_in_words(self) -> list[str]:
        """The French label of each environment it serves."""
        return [one.label for one in Where if self.serves(one)]

    def serves(self, environment: str) -> bool:
        """Whether it may read the list of an environment, ask its verdicts, and report for it."""
        return not self.environments or environment in self.environments
