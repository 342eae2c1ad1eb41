"""People and the staff roles they hold."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from .lifecycle import AccountState, RoleState
from .roles import NATIONAL, REGIONAL, StaffRole


class UserQuerySet(models.QuerySet["User"]):
    """Readings of accounts."""

    def visible_to(self, user: Any) -> "UserQuerySet":
        """Administrators and auditors see all accounts; anyone else his own."""
        if user.staff_roles & {StaffRole.ADMINISTRATOR, StaffRole.AUDITOR}:
            return self
        return self.filter(pk=user.pk)

    def holding(self, role: StaffRole) -> "UserQuerySet":
        """Those who hold a staff role now."""
        return self.filter(assignments__role=role, assignments__until=None, is_active=True).distinct()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts; addresses are kept as typed and compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved account; without a password it cannot sign in with one."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of an address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in by mail: from a vendor, from the agency, or both of neither yet."""

    email = models.EmailField("adresse électronique")
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    is_active = models.BooleanField("compte actif", default=True)
    date_joined = models.DateTimeField("créé le", default=timezone.now)
    closed_at = models.DateTimeField("dernière fermeture", null=True, blank=True)  # ends the sessions opened before
    sessions_ended_at = models.DateTimeField("dernière fin de ses sessions", null=True, blank=True)
    person = models.UUIDField(null=True, blank=True, editable=False, db_index=True)  # shared by his other accounts
    handle = models.UUIDField(default=uuid.uuid4, editable=False)  # names the account in addresses
    tie_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")  # to confirm
    tie_proposed_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    UNAUDITED = frozenset({"password", "last_login"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_once", violation_error_message="Cette adresse a déjà un compte."
            ),
            models.UniqueConstraint(fields=["handle"], name="user_handle_once"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def state(self) -> str:
        """The state in the lifecycle of accounts; `is_active` is its column."""
        return AccountState.ACTIVE if self.is_active else AccountState.CLOSED

    @state.setter
    def state(self, state: str) -> None:
        """Closing and reopening go through the lifecycle; nothing else writes the column."""
        self.is_active = state == AccountState.ACTIVE

    def get_state_display(self) -> str:
        """The French word of the state."""
        return AccountState(self.state).label

    @property
    def full_name(self) -> str:
        """First and last name, or the address when neither is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Ties sessions to the password, to the last closing, and to the last time that all were ended."""
        salt = "portal.accounts.models.User._get_session_auth_hash"
        tied = f"{self.password} {self.closed_at.isoformat() if self.closed_at else ''}"
        if self.sessions_ended_at:
            tied += f" {self.sessions_ended_at.isoformat()}"
        return salted_hmac(salt, tied, secret=secret, algorithm="sha256").hexdigest()

    @cached_property
    def staff_roles(self) -> frozenset[str]:
        """The staff roles held now, read once per instance."""
        if not self.is_active:
            return frozenset()
        return frozenset(self.assignments.filter(until=None).values_list("role", flat=True))

    @cached_property
    def own_accounts(self) -> frozenset[int]:
        """The keys of the accounts known to be the same person's, this one among them; read once per instance."""
        if self.person is None:
            return frozenset([self.pk])
        return frozenset(User.objects.filter(person=self.person).values_list("pk", flat=True))

    def is_person_of(self, account_id: int | None) -> bool:
        """Whether an account, by its key, is this person's: this one, or another known to be his (AZ-06)."""
        return account_id in self.own_accounts

    def hold(self, assignments: "list[tuple[str, str]]") -> None:
        """Sets the (role, region) pairs held now, when they were read along with the account."""
        held = assignments if self.is_active else []
        self.staff_roles = frozenset(role for role, _ in held)
        self._regional_roles = [(role, region) for role, region in held if role in REGIONAL]

    def roles_in_region(self, region: str) -> frozenset[str]:
        """The regional roles held now for that region."""
        return frozenset(role for role, code in self._regional_roles if code == region)

    @property
    def regions(self) -> frozenset[str]:
        """The codes of the regions for which a regional role is held."""
        return frozenset(code for _, code in self._regional_roles)

    @cached_property
    def _regional_roles(self) -> list[tuple[str, str]]:
        """(role, region) pairs, read once per instance, and only for who holds a regional role."""
        if not self.staff_roles & REGIONAL:
            return []
        held = self.assignments.filter(until=None, role__in=sorted(REGIONAL))
        return list(held.values_list("role", "region"))

    @property
    def is_agent(self) -> bool:
        """True for the agency's own staff."""
        return bool(self.staff_roles & NATIONAL)

    @property
    def is_staff_member(self) -> bool:
        """True for anyone who must hold a second factor: agency and regional actors."""
        return bool(self.staff_roles)


def _region_goes_with_regional_roles(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=(Q(role__in=sorted(REGIONAL)) & ~Q(region="")) | (~Q(role__in=sorted(REGIONAL)) & Q(region="")),
        name=name,
        violation_error_message="Un rôle régional désigne une région, et lui seul.",
    )


class OfOneRole(models.Model):
    """What names a staff role; regional ones name their region."""

    role = models.CharField(max_length=30, choices=StaffRole.choices())
    region = models.CharField(max_length=2, blank=True)

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """The French name of the role, with its region when it has one."""
        label = StaffRole(self.role).label
        return f"{label} (région {self.region})" if self.region else label


class StaffAssignment(OfOneRole):
    """A staff role held by a person, from an instant until another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                condition=Q(until=None),
                name="staff_assignment_once",
                violation_error_message="Cette personne tient déjà ce rôle.",
            ),
            _region_goes_with_regional_roles("staff_assignment_region"),
        ]

    def __str__(self) -> str:
        return f"{self.user} : {self.title}"

    @property
    def slug(self) -> str:
        """The role in an address: `reviewer`, `regional_authority-11`."""
        return f"{self.role}-{self.region}" if self.region else self.role


class RoleProposalQuerySet(models.QuerySet["RoleProposal"]):
    """Readings of the roles proposed."""

    def visible_to(self, user: Any) -> "RoleProposalQuerySet":
        """Administrators see all, whose pages these are; others none."""
        return self if StaffRole.ADMINISTRATOR in user.staff_roles else self.none()

    def waiting(self) -> "RoleProposalQuerySet":
        """Those that a second administrator has not decided yet."""
        return self.filter(state=RoleState.PROPOSED)

    def open_to(self, user: Any) -> "RoleProposalQuerySet":
        """Those that this administrator may confirm: proposed by another, for another."""
        return self.waiting().exclude(proposed_by__in=user.own_accounts).exclude(user__in=user.own_accounts)


class RoleProposal(OfOneRole):
    """A staff role that one administrator proposes and another confirms: it gives nothing in between.

    `alone_because` is the written reason of an administrator who had no other to ask.
    """

    reference = models.CharField("référence", max_length=20)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=10, choices=RoleState.choices(), default=RoleState.PROPOSED.value)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposé le")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    alone_because = models.CharField("motif", max_length=300, blank=True)

    objects = RoleProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="role_proposal_reference_once"),
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                condition=Q(state=RoleState.PROPOSED.value),
                name="role_proposal_once",
                violation_error_message="Ce rôle, déjà proposé pour cette personne, attend d’être confirmé.",
            ),
            _region_goes_with_regional_roles("role_proposal_region"),
            models.CheckConstraint(
                condition=Q(state=RoleState.PROPOSED.value, decided_by=None)
                | (~Q(state=RoleState.PROPOSED.value) & Q(decided_by__isnull=False)),
                name="role_proposal_decided",
                violation_error_message="Un rôle proposé est décidé par quelqu’un, ou attend encore.",
            ),
            models.CheckConstraint(
                condition=~Q(state=RoleState.CONFIRMED.value, alone_because="", decided_by=F("proposed_by")),
                name="role_proposal_four_eyes",
                violation_error_message="La personne qui a proposé un rôle ne peut pas le confirmer.",
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("user")) & ~Q(state=RoleState.CONFIRMED.value, decided_by=F("user")),
                name="role_proposal_for_another",
                violation_error_message="Personne ne se donne un rôle.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
