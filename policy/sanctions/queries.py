"""Readings of measures: lists, what waits for whom, what one would change, what to say of a right."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant, Restriction
from policy.grants.remarks import Remark
from policy.grants.restrictions import Scope, left_of
from policy.whitelist import queries as whitelist
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import WhitelistEntry
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.calendar import deadlines, working_days
from portal.calendar.deadlines import paris_date
from portal.parameters import queries as parameters
from portal.web import wording

from . import extent as extents
from .extent import SCOPES, WHOLE, Extent, Nature
from .lifecycle import State
from .models import Sanction, SanctionQuerySet

TO_COME = "à venir"  # the reference that opening gives
RELATED = (
    "grant__holder",
    "grant__service",
    "entry",
    "opened_by",
    "decided_by",
    "lifting_proposed_by",
    "lifted_by",
)


def listed(user: Any, *, state: str = "") -> SanctionQuerySet:
    """The measures for a list: those that wait first, the nearest delay on top."""
    found = Sanction.objects.visible_to(user).select_related("grant__holder", "opened_by")
    found = found.defer("grant__establishments")
    if state:
        found = found.filter(state=state)
    unended = [F(name).asc(nulls_first=True) for name in ("lifted_at", "in_force_since")]  # as SQLite does by itself
    return found.order_by(*unended, "due_on", "-pk")


def sanction(user: Any, reference: str) -> Sanction | None:
    """The measure of that reference with all that its page shows; None when the person may not see it."""
    return Sanction.objects.visible_to(user).select_related(*RELATED).filter(reference=reference).first()


def living_on(grant: Grant) -> list[Sanction]:
    """The measures envisaged or in force on a right, and those that reach its whole service."""
    wide = Q(grant__service=grant.service_id, extent=Extent.SERVICE)
    before = Q(nature=Nature.WITHDRAWAL, in_force_since__lt=grant.decided_at)  # a later decision granted it again
    reached = Q(grant=grant) | (wide & ~before)
    return list(Sanction.objects.living().filter(reached).order_by("opened_at", "pk"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What measures do to a right about to be granted: those that keep it closed, those that it ends.

    `passed_by` closed the whole service, which had no right yet in that direction: they do not keep this one closed.
    """

    closing: tuple[Sanction, ...]
    ending: tuple[Sanction, ...]
    passed_by: tuple[Sanction, ...]


def met_by(
    service_id: int,
    direction: str,
    *,
    amended: Grant | None,
    profiles: Sequence[str],
    establishments: Iterable[str],
    until: datetime | None = None,
) -> Standing:
    """The measures that a decision granting these profiles meets, before it is taken, or as recorded at `until`."""
    places = list(establishments)
    standing = _meeting(service_id, direction, amended=amended, profiles=profiles, establishments=places)
    closing = standing.filter(nature=Nature.SUSPENSION)
    ending = granted_again(
        service_id, direction, amended=amended, profiles=profiles, establishments=places, until=until
    )
    is_new = not Grant.objects.filter(service=service_id, direction=direction).exists()
    return Standing(tuple(closing), tuple(ending), tuple(closing_service(service_id) if is_new else ()))


def closing_service(service_id: int) -> SanctionQuerySet:
    """The withdrawals of a whole service in force, also for a direction in which it had no right."""
    rows = Sanction.objects.standing().filter(nature=Nature.WITHDRAWAL, extent=Extent.SERVICE)
    return rows.filter(grant__service=service_id).order_by("pk")


def withdrawn_since(service_id: int, direction: str, since: datetime) -> bool:
    """True when the whole service, or this direction, was withdrawn after an instant."""
    whole = Q(extent=Extent.SERVICE) | Q(extent=Extent.DIRECTION, grant__direction=direction)
    rows = Sanction.objects.standing().filter(whole, nature=Nature.WITHDRAWAL, grant__service=service_id)
    return rows.filter(in_force_since__gt=since).exists()


def granted_again(
    service_id: int,
    direction: str,
    *,
    amended: Grant | None,
    profiles: Sequence[str],
    establishments: Iterable[str],
    until: datetime | None,
    made: Grant | None = None,
) -> list[Sanction]:
    """The withdrawals of which a decision grants a part again: of what it amends, or of a right that ended.

    `until` is when it was recorded: what was withdrawn since, under embargo, it did not know, and does not end. None
    for a decision about to be taken. `made` is the right that the decision has just opened, if it has.
    """
    rows = _meeting(service_id, direction, amended=amended, profiles=profiles, establishments=list(establishments))
    found = rows.filter(nature=Nature.WITHDRAWAL)
    found = found.filter(in_force_since__lte=until) if until else found
    return [one for one in found if amended or direction in _withdrawn_directions(one, but=made)]


def _meeting(
    service_id: int, direction: str, *, amended: Grant | None, profiles: Sequence[str], establishments: Sequence[str]
) -> SanctionQuerySet:
    """The measures in force on what would be granted: parts live on the amended right, the rest on the service."""
    whole = Q(extent=Extent.SERVICE) | Q(extent=Extent.DIRECTION, grant__direction=direction)
    if amended is None:
        reach = whole & ~Q(extent=Extent.DIRECTION, nature=Nature.SUSPENSION)  # which ended with its right
    else:
        reach = whole & Q(nature=Nature.SUSPENSION)
        reach |= Q(grant=amended, extent=Extent.PROFILE, value__in=profiles)
        reach |= Q(grant=amended, extent=Extent.ESTABLISHMENT, value__in=establishments)
    found = Sanction.objects.standing().filter(reach, grant__service=service_id)
    return found.select_related("grant").order_by("pk")


def _withdrawn_directions(one: Sanction, *, but: Grant | None = None) -> set[str]:
    """The directions in which a withdrawal of all ended a right that no later decision, `but` one, granted again.

    The journal tells the rights that it ended, at the instant of its decision, from those that others had ended.
    """
    assert one.in_force_since is not None  # only what is in force ended something
    rows = Grant.objects.filter(service=one.grant.service_id)
    rows = rows.exclude(pk=but.pk) if but else rows
    if one.extent == Extent.DIRECTION:
        rows = rows.filter(direction=one.grant.direction)
    acts = AuditEvent.objects.filter(action="grants.withdraw", at=one.in_force_since)
    by_it = acts.filter(subject_reference=OuterRef("reference"))
    ended = rows.filter(Exists(by_it), state=GrantState.WITHDRAWN)
    return set(ended.values_list("direction", flat=True)) - set(
        rows.filter(decided_at__gt=one.in_force_since).values_list("direction", flat=True)
    )


def stays_withdrawn(one: Sanction, direction: str) -> bool:
    """Whether a withdrawal still holds once a right is granted again in that direction: in the other one."""
    return one.is_whole and bool(_withdrawn_directions(one) - {direction})


def missed_by(grant: Grant) -> SanctionQuerySet:
    """The suspensions of a whole service in force that do not close one of its rights: it was granted after them."""
    rows = Sanction.objects.standing().filter(nature=Nature.SUSPENSION, extent=Extent.SERVICE)
    closed = Restriction.objects.standing().filter(grant=grant, source=OuterRef("reference"))
    return rows.filter(~Exists(closed), grant__service=grant.service_id).order_by("pk")


def escaping() -> list[Grant]:
    """The living rights that a suspension of their whole service does not close yet."""
    wide = Sanction.objects.standing().filter(nature=Nature.SUSPENSION, extent=Extent.SERVICE)
    closed = Restriction.objects.standing().filter(grant=OuterRef(OuterRef("pk")), source=OuterRef("reference"))
    missing = wide.filter(~Exists(closed), grant__service=OuterRef("service"))
    return list(Grant.objects.living().filter(Exists(missing)).order_by("pk"))


def is_alone(one: Sanction) -> bool:
    """Whether no other measure closes something of the right that it was taken on."""
    return all(other.pk == one.pk or other.state == State.NOTIFIED for other in living_on(one.grant))


def of_source(reference: str) -> Sanction | None:
    """The measure that followed a breach case; None when none did."""
    return Sanction.objects.filter(source=reference).order_by("-pk").first()


def reached(one: Sanction) -> list[Grant]:
    """The rights that a measure reaches: its own, or every living one of the service."""
    if one.extent != Extent.SERVICE:
        return [Grant.objects.get(pk=one.grant_id)]
    return list(Grant.objects.living().filter(service=one.grant.service_id).order_by("pk"))


def profiles_of(grant: Grant) -> list[str]:
    """The codes of the profiles that a right opens."""
    return [*grant.feeding_profiles, *([] if grant.access_profile is None else [str(grant.access_profile)])]


@dataclass(frozen=True, slots=True)
class Change:
    """What a measure changes to one right: the profiles and establishments left, whom it tells."""

    grant: Grant
    profiles: str
    establishments: int
    establishments_before: int
    is_closed: bool
    entries: tuple[WhitelistEntry, ...]


def forecast(one: Sanction) -> list[Change]:
    """What the measure would change, right by right, were it in force now."""
    return [_change(one, grant) for grant in reached(one)]


def _change(one: Sanction, grant: Grant) -> Change:
    pairs = [(row.scope, row.value) for row in Restriction.objects.standing().filter(grant=grant)]
    if one.extent in SCOPES:
        pairs.append((SCOPES[Extent(one.extent)], one.value))
    left = left_of(grant.whole, pairs)
    entries = WhitelistEntry.objects.in_force().filter(grant=grant).order_by("environment")
    closed = one.extent in WHOLE or not left.admits or any(scope == Scope.RIGHT for scope, _ in pairs)
    left_words = ", ".join(
        [*left.feeding_profiles, *([] if left.access_profile is None else [str(left.access_profile)])]
    )
    return Change(grant, left_words, len(left.establishments), len(grant.establishments), closed, tuple(entries))


def told_to(grant: Grant) -> list[str]:
    """The addresses that a measure is told to."""
    return whitelist.addresses(grant)


def unanswered(user: Any) -> SanctionQuerySet:
    """The measures envisaged or urgent that the members of a person's entities have not answered."""
    waiting = [State.NOTIFIED, State.EMERGENCY]
    return Sanction.objects.visible_to(user).filter(state__in=waiting, observed_at=None)


def to_regularise() -> SanctionQuerySet:
    """What was done in an emergency and nobody else has looked at, the nearest delay first."""
    return Sanction.objects.filter(state=State.EMERGENCY).order_by("regularise_on", "pk")


def to_decide(today: date) -> SanctionQuerySet:
    """Those that may be decided: the vendor answered, or his time is over."""
    ready = Q(observed_at__isnull=False) | Q(due_on__lt=today)
    return Sanction.objects.filter(ready, state=State.NOTIFIED).order_by("due_on", "pk")


def to_lift() -> SanctionQuerySet:
    """Those whose lifting somebody proposed."""
    waiting = Sanction.objects.standing().filter(lifting_proposed_by__isnull=False)
    return waiting.order_by("in_force_since", "pk")


def overdue(today: date) -> list[Sanction]:
    """The emergencies whose delay to be regularised is over and that nobody was reminded of."""
    return list(to_regularise().filter(regularise_on__lt=today, reminded_at=None))


def stopped_entries() -> list[WhitelistEntry]:
    """The production entries stopped from their own page that no measure regularises, nor proposes to suspend too."""
    same = Q(grant=OuterRef("grant"), nature=Nature.SUSPENSION, extent=Extent.DIRECTION)
    followed = Sanction.objects.living().filter(Q(entry=OuterRef("pk")) | same)
    whole = Restriction.objects.whole().filter(grant=OuterRef("grant"))
    rows = WhitelistEntry.objects.filter(state=EntryState.SUSPENDED, environment="production")
    rows = rows.filter(~Exists(followed), ~Exists(whole), in_force_since__isnull=False)
    return list(rows.select_related("grant").order_by("pk"))


def reopened() -> list[Sanction]:
    """The measures that followed an entry which works again, or left the list, by its own page."""
    rows = Sanction.objects.standing().exclude(entry=None).exclude(entry__state=EntryState.SUSPENDED)
    return list(rows.select_related("entry", "grant").order_by("pk"))


def ended() -> list[Sanction]:
    """The suspensions of rights that were withdrawn since, and that close no other right of the service."""
    rows = Sanction.objects.standing().filter(nature=Nature.SUSPENSION, grant__state=GrantState.WITHDRAWN)
    closed = Restriction.objects.standing().filter(source=OuterRef("reference"))
    rows = rows.filter(~Exists(closed.exclude(grant__state=GrantState.WITHDRAWN)))
    return list(rows.select_related("entry", "grant").order_by("pk"))


def who_stopped(entry: WhitelistEntry) -> User | None:
    """Who suspended an entry last, as the journal tells; None when it does not."""
    events = AuditEvent.objects.filter(subject_reference=entry.reference, action="whitelist.suspend")
    found = events.order_by("-seq").first()
    return User.objects.filter(pk=found.actor_id).first() if found and found.actor_id else None


def quality_of(user: Any) -> str:
    """In what quality an agent acts on measures, for the letter: the label of his role."""
    held = [role for role in (StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER) if role in user.staff_roles]
    return str(StaffRole(held[0]).label) if held else ""


def remarks_on(grant: Grant) -> list[Remark]:
    """What the pages of a right say of its measures, in plain words."""
    return [_remark(one) for one in living_on(grant)]


def _remark(one: Sanction) -> Remark:
    url = reverse("sanction", args=[one.reference])
    if one.state == State.NOTIFIED:
        day = wording.day(one.due_on)
        sentence = (
            f"L’agence envisage de fermer {one.reach}. Rien ne change pour l’instant : vous avez jusqu’au {day} pour "
            "dire ce que vous en pensez."
        )
        return Remark("Une mesure est envisagée", sentence, "Lire la mesure et y répondre", url, "warning")
    since = wording.moment(one.in_force_since) if one.in_force_since else ""
    if one.nature == Nature.WITHDRAWAL:
        sentence = f"L’agence a retiré {one.reach} le {since}."
        return Remark("Retrait", sentence, "Lire la mesure et ses motifs", url, "error")
    sentence = f"L’agence a suspendu {one.reach} le {since} : les passerelles refusent ces appels."
    if one.state == State.EMERGENCY:
        sentence += " C’est une urgence : vous pouvez présenter vos observations, et une autre personne la réexamine."
    else:
        sentence += " Mettez-vous en règle, puis demandez à l’agence de lever la mesure."
    return Remark("Suspension", sentence, "Lire la mesure et ses motifs", url, "error")


def observations_due(at: datetime) -> date:
    """The last day on which the vendor of a measure told at that instant may answer (setting)."""
    return deadlines.due_date(at, parameters.integer("sanctions.observation_days", at=at))


def regularisation_due(at: datetime) -> date:
    """The last day on which an emergency of that instant is regularised in time (setting)."""
    days = parameters.integer("sanctions.regularisation_days", at=at)
    return working_days.add_working_days(paris_date(at), days)


def problem_of(one: Sanction) -> extents.Problem | None:
    """Why a measure may not reach what it names; None when it may."""
    held = {"profiles": profiles_of(one.grant), "establishments": one.grant.establishments}
    return extents.problem(Extent(one.extent), one.value, **held)


def as_opened(grant: Grant, given: Mapping[str, Any], *, is_emergency: bool, by: Any, at: datetime) -> Sanction:
    """A measure as opening it at that instant would make it, unsaved; `given` are its columns as they were typed."""
    one = Sanction(grant=grant, reference=TO_COME, opened_by=by, opened_at=at, **given)
    one.due_on = observations_due(at)
    if is_emergency:
        one.signed_as, one.in_force_since, one.regularise_on = quality_of(by), at, regularisation_due(at)
    return one


def as_decided(one: Sanction, *, conclusions: str, by: Any, at: datetime) -> Sanction:
    """The measure as deciding it at that instant would make it, unsaved; the one given stays as it is."""
    told = copy(one)
    told.conclusions, told.decided_by, told.decided_at, told.signed_as = conclusions, by, at, quality_of(by)
    told.in_force_since = one.in_force_since or at
    return told


def day_due(one: Sanction) -> str:
    """The last day of the vendor's delay, in words."""
    return wording.day(one.due_on)


def who_may_decide(one: Sanction) -> list[str]:
    """The addresses of the agents who may decide a measure that somebody else opened."""
    guards = User.objects.holding(StaffRole.WHITELIST_MANAGER) | User.objects.holding(StaffRole.SECURITY_OFFICER)
    return list(
        guards.exclude(pk__in=one.opened_by.own_accounts).order_by("pk").values_list("email", flat=True).distinct()
    )
