"""What is in force and may change, what a declaration waits for, who is silent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.expressions import OrderBy

from onboarding.campaigns.lifecycle import State as CampaignState
from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies.lifecycle import State as CandidacyState
from onboarding.changes import acquirer, rules
from onboarding.changes.kinds import Applier, Kind, Level
from onboarding.changes.lifecycle import BreachState, State
from onboarding.changes.models import (
    BreachCase,
    BreachQuerySet,
    ChangeDeclaration,
    ChangeQuerySet,
    ConfirmationQuerySet,
    YearlyConfirmation,
)
from onboarding.changes.rules import Consequence
from onboarding.committee import queries as committee
from onboarding.establishments import queries as establishments
from onboarding.establishments.models import EstablishmentList
from onboarding.vendors import queries as vendors
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate
from policy.grants import queries as grants
from policy.grants.lifecycle import LIVING
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.sanctions import queries as sanctions
from policy.whitelist import queries as whitelist
from policy.whitelist.models import WhitelistEntry
from portal.accounts.queries import reader
from portal.calendar import working_days
from portal.calendar.deadlines import paris_date
from portal.parameters import queries as parameters
from portal.parties import queries as parties
from portal.parties.models import LegalEntity, Membership
from portal.parties.roles import MembershipRole
from portal.statements.queries import statement
from portal.web import wording

PRODUCTION = Environment.PRODUCTION
SHOWN = 5  # of each kind, on the dashboard
FEEDING_ONLY = frozenset({Kind.ESTABLISHMENTS})
CERTIFIED_ONLY = frozenset({Kind.CERTIFICATE})


def grant_seen(user: Any, reference: str) -> Grant | None:
    """The living right of that reference, if the person may see it."""
    rows = Grant.objects.visible_to(user).select_related("service__owner", "holder")
    return rows.filter(reference=reference, state__in=sorted(LIVING)).first()


def kinds_for(grant: Grant) -> list[Kind]:
    """What may be declared of a right: no list for reads, no certificate for a profile without one."""
    closed = FEEDING_ONLY if grant.direction != "feeding" else frozenset()
    closed |= CERTIFIED_ONLY if not grant.needs_certificate else frozenset()
    return [kind for kind in Kind if kind not in closed]


def former_value(grant: Grant, kind: Kind) -> str:
    """What is in force today, in words, for the left-hand column."""
    sheet = vendors.sheet_of(grant.service)
    told = {
        Kind.URL: grant.production_url or grant.service.url,
        Kind.CERTIFICATE: ", ".join(_named(grant)),
        Kind.ESTABLISHMENTS: _list_in_words(establishments.confirmed_list(grant.service)),
        Kind.VERSION: sheet.software_version,
        Kind.MAJOR_FUNCTION: sheet.description,
        Kind.PURPOSE: grant.profiles_in_words,
        Kind.HOSTING: sheet.hosting,
        Kind.REPRESENTATIVE: ", ".join(one.full_name for one in parties.legal_representatives(grant.holder)),
        Kind.MERGER: grant.holder.name,
        Kind.END_OF_SERVICE: f"Habilitation {grant.reference} {grant.get_state_display().lower()}",
    }
    return told[kind] or "non renseigné"


def _named(grant: Grant) -> list[str]:
    entry = whitelist.entry_in_force(grant, PRODUCTION)
    if entry is None:
        return []
    rows = entry.certificates.select_related("certificate").order_by("pk")
    return [f"{one.certificate.reference} (jusqu’au {wording.short_day(paris_date(one.not_after))})" for one in rows]


def _list_in_words(held: EstablishmentList | None) -> str:
    if held is None:
        return ""
    return f"{held.reference} : {held.valid_count} établissement{'s' if held.valid_count > 1 else ''}"


def new_certificates(grant: Grant, *, at: datetime) -> list[Certificate]:
    """The certificates declared for production that the entry in force does not name yet."""
    entry = whitelist.entry_in_force(grant, PRODUCTION)
    named = set(entry.certificates.values_list("certificate_id", flat=True)) if entry else set()
    return [one for one in whitelist.usable_certificates(grant, PRODUCTION, at=at) if one.pk not in named]


def draft_list(grant: Grant) -> EstablishmentList | None:
    """The list prepared for the service, with at least one valid establishment."""
    held = establishments.draft_list(grant.service)
    return held if held and held.valid_count else None


def earliest_date(declared: Consequence, kind: Kind, *, at: datetime) -> date | None:
    """The first day that a change signed at that instant may take effect; None while no session is planned."""
    session = committee.next_session(paris_date(at)) if declared.level is Level.COMMITTEE else None
    days = parameters.integer(rules.RULES[kind].delay, at=at)
    return rules.earliest(
        declared.level, signed_on=paris_date(at), days=days, session=session.held_on if session else None
    )


def answer_due(declaration: ChangeDeclaration, *, at: datetime) -> date | None:
    """The day by which the agency promised to answer a signed declaration."""
    if declaration.signed_at is None:
        return None
    days = parameters.integer(rules.RULES[Kind(declaration.kind)].delay, at=at)
    return working_days.add_working_days(paris_date(declaration.signed_at), days)


def before_acceptance(declaration: ChangeDeclaration) -> str:
    """What still keeps an agent from accepting, in French; empty when nothing does."""
    if declaration.level == Level.TESTS and not _tested_since(declaration):
        return (
            "Ce changement rouvre les tests : acceptez-le une fois qu’une campagne ouverte depuis la déclaration "
            "est vérifiée."
        )
    return ""


def _tested_since(declaration: ChangeDeclaration) -> bool:
    campaigns = TestCampaign.objects.filter(grant=declaration.grant_id, state=CampaignState.VERIFIED)
    return campaigns.filter(opened_at__gte=declaration.signed_at).exists()


def waiting_for_committee() -> list[ChangeDeclaration]:
    """The declarations whose amendment met its end: the committee admitted or refused it, or it was withdrawn."""
    ended = [CandidacyState.ADMITTED, CandidacyState.REFUSED, CandidacyState.WITHDRAWN]
    rows = ChangeDeclaration.objects.filter(
        applier=Applier.COMMITTEE,
        state__in=[State.DECLARED, State.UNDER_REVIEW],
        candidacy__state__in=ended,
    )
    return list(rows.select_related("candidacy", "grant").order_by("pk"))


def ends_due(today: date) -> list[ChangeDeclaration]:
    """The accepted ends of service whose day has come."""
    rows = ChangeDeclaration.objects.filter(kind=Kind.END_OF_SERVICE, state=State.ACCEPTED, effective_date__lte=today)
    return list(rows.select_related("grant__service").order_by("pk"))


def has_right(user: Any, declaration: ChangeDeclaration) -> bool:
    """Whether the person may open the right: a merger leaves the declaration alone to who declared it."""
    return declaration.declared_for_id == declaration.grant.holder_id or (
        Grant.objects.visible_to(user).filter(pk=declaration.grant_id).exists()
    )


def open_beside(declaration: ChangeDeclaration) -> list[ChangeDeclaration]:
    """The other open declarations of the same service, in both directions."""
    rows = ChangeDeclaration.objects.open().filter(grant__service=declaration.grant.service_id)
    return list(rows.exclude(pk=declaration.pk).select_related("grant__service").order_by("pk"))


def lost_by_merger(merger: ChangeDeclaration) -> list[ChangeDeclaration]:
    """Beside a merger, what loses its object: the end that the former organisation announced, what it left unsigned."""
    return [one for one in open_beside(merger) if one.kind == Kind.END_OF_SERVICE or one.state == State.PENDING]


def rights_of(grant: Grant) -> list[Grant]:
    """The living rights of the service of a right, itself included: an end of service closes them all."""
    return list(Grant.objects.living().filter(service=grant.service_id).order_by("pk"))


def acquirer_of(declaration: ChangeDeclaration) -> LegalEntity | None:
    """The registered legal entity that a merger names; None while its representative has not claimed it."""
    claimed = Membership.objects.active().filter(role=MembershipRole.LEGAL_REPRESENTATIVE)
    return named_in(declaration, pk__in=claimed.values("legal_entity_id"))


def named_in(merger: ChangeDeclaration, **wanted: Any) -> LegalEntity | None:
    """The registered legal entity whose SIREN a merger gives, if it is as wanted."""
    siren = acquirer.siren_in(merger.proposed)
    return LegalEntity.objects.filter(siren=siren, **wanted).first() if siren else None


def certificates_of(grant: Grant) -> list[Certificate]:
    """The certificates of the service of a right that are not retired, in both environments."""
    return list(Certificate.objects.declared().filter(service=grant.service_id).order_by("pk"))


def production_entry(grant: Grant) -> WhitelistEntry | None:
    """The entry that gateways enforce for the right in production."""
    return whitelist.entry_in_force(grant, PRODUCTION)


def is_stopped(grant: Grant) -> bool:
    """Whether nothing may be entered for the right in production: it is suspended, or a measure closes it."""
    return Grant.objects.get(pk=grant.pk).state == GrantState.SUSPENDED or grants.is_stopped(grant)


def listed(user: Any, *, state: str = "") -> ChangeQuerySet:
    """The declarations for a list: those still open first, then the latest."""
    found = ChangeDeclaration.objects.visible_to(user).select_related("grant__service", "grant__holder", "signed_by")
    found = found.filter(state=state) if state else found
    return found.order_by(_unended("applied_at"), _unended("decided_at"), "-prepared_at", "-pk")


def _unended(name: str) -> OrderBy:
    """By the date of an end, those without one first, in both databases."""
    return F(name).asc(nulls_first=True)


def of_grant(grant: Grant, user: Any) -> list[ChangeDeclaration]:
    """The open declarations of a right that the person may see."""
    return list(ChangeDeclaration.objects.visible_to(user).open().filter(grant=grant).order_by("pk"))


def in_full(user: Any, reference: str) -> ChangeDeclaration | None:
    """The declaration of that reference with all that its page shows; None when the person may not see it."""
    rows = ChangeDeclaration.objects.visible_to(user).select_related(
        "grant__service__owner",
        "grant__holder",
        "declared_for",
        "prepared_by",
        "signed_by",
        "taken_by",
        "decided_by",
        "candidacy",
        "piece",
    )
    return rows.filter(reference=reference).first()


def breaches(user: Any) -> BreachQuerySet:
    """The breach cases for a list: those still open first."""
    found = BreachCase.objects.visible_to(user).select_related("grant__service", "grant__holder")
    return found.order_by(_unended("concluded_at"), "-opened_at", "-pk")


def breach(user: Any, reference: str) -> BreachCase | None:
    """The breach case of that reference; None when the person may not see it."""
    rows = BreachCase.objects.visible_to(user).select_related(
        "grant__service__owner", "grant__holder", "opened_by", "notified_by", "observed_by", "concluded_by", "piece"
    )
    return rows.filter(reference=reference).first()


@dataclass(frozen=True, slots=True)
class Stated:
    """One thing to confirm for the year: its key, its words, what it is now, and the change to declare otherwise."""

    key: str
    label: str
    values: tuple[str, ...]
    kind: Kind | None = None


def to_state(grant: Grant) -> list[Stated]:
    """What the representative confirms for the year: contacts, URL, certificates, establishments."""
    contacts = tuple(f"{one.name} ({one.address})" for one in parties.contacts(grant.holder))
    url = (grant.production_url or grant.service.url,)
    found = [
        Stated("contacts", "Contacts de l’organisme", contacts),
        Stated("url", "Adresse du service", url, Kind.URL),
    ]
    if grant.needs_certificate:
        found.append(Stated("certificates", "Certificats en production", tuple(_named(grant)), Kind.CERTIFICATE))
    if grant.direction == "feeding":
        held = _list_in_words(establishments.confirmed_list(grant.service))
        found.append(Stated("establishments", "Établissements", (held,) if held else (), Kind.ESTABLISHMENTS))
    return found


def grants_to_ask(*, before: datetime) -> list[Grant]:
    """The rights in production to which nothing was asked since that instant, nor are they that recent."""
    asked = YearlyConfirmation.objects.filter(asked_at__gt=before).values("grant_id")
    rows = Grant.objects.filter(state__in=[GrantState.ACTIVE, GrantState.SUSPENDED], decided_at__lte=before)
    return list(
        rows.exclude(pk__in=asked).exclude(confirmations__state="awaiting").defer("establishments").order_by("pk")
    )


def confirmations(user: Any) -> ConfirmationQuerySet:
    """The yearly confirmations for a list: the silent ones first, the oldest demand on top."""
    found = YearlyConfirmation.objects.visible_to(user).select_related(
        "grant__service", "grant__holder", "confirmed_by"
    )
    return found.order_by("state", "asked_at", "pk")


def confirmation(user: Any, reference: str) -> YearlyConfirmation | None:
    """The yearly confirmation of that reference; None when the person may not see it."""
    return confirmations(user).filter(reference=reference).first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the vendor after admission: what, in a sentence, and the page where it is done."""

    title: str
    sentence: str
    label: str
    url_name: str
    reference: str
    is_urgent: bool = False


def waiting_for_vendor(user: Any) -> list[Waiting]:
    """What waits for the members of a person's entities, formal notices and measures first: two queries."""
    return [*_notices(user), *_to_answer(user)]


def _notices(user: Any) -> list[Waiting]:
    """Formal notices and measures that nobody answered yet, the nearest delay first; one query for both."""
    return [
        Waiting(
            f"{service} : {'mise en demeure' if page == 'breach' else 'mesure de l’agence'}",
            f"L’agence attend une réponse avant le {wording.day(due)}.",
            "Répondre",
            page,
            reference,
            is_urgent=True,
        )
        for service, due, reference, page in _unanswered(reader(user)).rows(reader=user.pk)
    ]


@statement
def _unanswered(user: Any) -> "QuerySet[Any, tuple[str, date, str, str]]":
    cases = BreachCase.objects.visible_to(user).filter(state=BreachState.AWAITING, observed_at=None)
    measures = sanctions.unanswered(user)
    rows = _told(cases, "deadline", "breach").union(_told(measures, "due_on", "sanction"), all=True)
    first: QuerySet[Any, tuple[str, date, str, str]] = rows.order_by("t_due", "t_reference")[:SHOWN]
    return first


def _told(rows: "QuerySet[Any]", due: str, page: str) -> Any:
    told = rows.order_by().annotate(
        t_service=F("grant__service_name"), t_due=F(due), t_reference=F("reference"), t_page=Value(page)
    )
    return told.values_list("t_service", "t_due", "t_reference", "t_page")


def _to_answer(user: Any) -> list[Waiting]:
    """The declarations to sign, then the yearly confirmations, the oldest first."""
    found = _unsaid(reader(user)).rows(reader=user.pk)
    rows = sorted(found, key=lambda row: (row[3], row[0]))
    to_sign = [_to_sign(reference, service, Kind(kind)) for reference, service, kind, _ in rows if kind]
    to_confirm = [_to_confirm(reference, service) for reference, service, kind, _ in rows if not kind]
    return [*to_sign[:SHOWN], *to_confirm[:SHOWN]]


@statement
def _unsaid(user: Any) -> "QuerySet[Any, tuple[Any, ...]]":
    columns = ("reference", "grant__service_name", "object", "since")
    mine = LegalEntity.objects.visible_to(user)  # not what a merger took away
    pending = ChangeDeclaration.objects.visible_to(user).filter(state=State.PENDING, grant__holder__in=mine)
    signed = pending.annotate(object=F("kind"), since=F("prepared_at")).order_by().values_list(*columns)
    awaited = YearlyConfirmation.objects.visible_to(user).awaited()
    confirmed = awaited.annotate(object=Value(""), since=F("asked_at")).order_by().values_list(*columns)
    return signed.union(confirmed, all=True)


def _to_sign(reference: str, service: str, kind: Kind) -> Waiting:
    return Waiting(
        f"{service} : changement à signer",
        f"{kind.label} : la déclaration attend la signature du représentant légal.",
        "Relire et signer",
        "change",
        reference,
    )


def _to_confirm(reference: str, service: str) -> Waiting:
    return Waiting(
        f"{service} : confirmation annuelle",
        "Confirmez que contacts, adresse, certificats et établissements sont à jour ; rien ne change à vos droits.",
        "Confirmer",
        "confirmation",
        reference,
    )
