"""What the search box finds, over everything that bears a reference, a name or a number: one query per group.

A search first finds the services it speaks of, and their owners; each group then shows what belongs to these, and what
the text designates by itself. Exact hits of a reference, a number, a fingerprint or a serial lead straight to a page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies.models import Candidacy
from onboarding.changes.models import BreachCase, ChangeDeclaration
from onboarding.committee.models import CommitteeSession, Decision
from onboarding.desk.needle import Needle, Sought
from onboarding.desk.queries import dossiers
from onboarding.establishments.models import LIVING as LIVING_LISTS
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.notices.models import MalfunctionReport
from onboarding.vendors.models import EntityClaim
from policy.certificates.models import Certificate
from policy.grants.models import ConnectionData, Grant
from policy.servers.models import ServerCertificate
from policy.whitelist.models import EntryCertificate, WhitelistEntry
from portal.documents.models import StoredDocument
from portal.parties import queries as parties
from portal.parties.models import DigitalService, LegalEntity

SHOWN = 8  # of each group; the list of the group shows the others
FEW = 500  # services that one search may speak of: beyond, say more words
Page = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its reference, its name, a line about it, and the page (name, argument) where it is."""

    reference: str
    title: str
    detail: str
    page: Page


@dataclass(frozen=True, slots=True)
class Group:
    """What one list holds of the search: the first hits, whether there are others, and the page that searches it."""

    title: str
    hits: tuple[Hit, ...]
    more: bool
    page: str
    word: str


@dataclass(frozen=True, slots=True)
class Found:
    """All groups that hold something; `only` is the page of the single thing that the text designates exactly.

    `many` says that the text designates more than FEW services, of which the first only were followed.
    """

    groups: tuple[Group, ...]
    only: Page | None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The services and the legal entities that a search speaks of, by their keys; `many` when there were too many."""

    services: Sequence[int] = ()
    entities: Sequence[int] = ()
    many: bool = False


def search(user: Any, needle: Needle) -> Found:
    """What this person may see of what the text designates; a constant number of queries."""
    if needle.sought is Sought.NOTHING:
        return Found((), None)
    scope = _scope(needle)
    groups = tuple(group for group in (_read(kind, user, needle, scope) for kind in KINDS) if group.hits)
    return Found(groups, _only(user, needle, groups), scope.many)


@dataclass(frozen=True, slots=True)
class Kind:
    """A group before it is read: its title, its list's page, its rows, their condition, and how one is told."""

    title: str
    page: str
    rows: Callable[[Any], "QuerySet[Any, Any]"]
    condition: Callable[[Needle, Scope], Q]
    told: Callable[[Any], Hit]
    word: str = "q"


def _read(kind: Kind, user: Any, needle: Needle, scope: Scope) -> Group:
    condition = kind.condition(needle, scope)
    rows = list(kind.rows(user).filter(condition).order_by("-pk")[: SHOWN + 1])
    return Group(kind.title, tuple(map(kind.told, rows[:SHOWN])), len(rows) > SHOWN, kind.page, kind.word)


def _scope(needle: Needle) -> Scope:
    """The services, then the entities, that the text designates: two queries."""
    condition = _SERVICES[needle.sought](needle.value)
    services = list(DigitalService.objects.filter(condition).order_by("pk").values_list("pk", flat=True)[: FEW + 1])
    entities = LegalEntity.objects.filter(_ENTITIES.get(needle.sought, _nothing)(needle.value))
    keys = list(entities.order_by("pk").values_list("pk", flat=True)[:FEW])
    return Scope(services[:FEW], keys, many=len(services) > FEW)


def _services_of_certificate(sought: Sought, value: str) -> Q:
    certificates = Certificate.objects.filter(_certificate(Needle(sought, value)))
    return Q(pk__in=certificates.values("service_id"))


def _nothing(value: str) -> Q:
    return Q(pk__in=[])


def _services_of_reference(value: str) -> Q:
    found = dossiers.matching(Needle(Sought.REFERENCE, value))
    candidacies = Candidacy.objects.filter(found).values("service_id")
    return Q(reference=value) | Q(owner__reference=value) | Q(pk__in=candidacies) | dossiers.services_of(value)


def _services_of_number(value: str) -> Q:
    lines = ListLine.objects.good().filter(finess=value, list__state__in=LIVING_LISTS).values("list__service_id")
    return Q(owner__in=LegalEntity.objects.filter(_entity_number(value)).values("pk")) | Q(pk__in=lines)


def _services_of_words(value: str) -> Q:
    owners = LegalEntity.objects.filter(parties.named("", value)).values("pk")
    return parties.named("", value) | Q(owner__in=owners)


def _entity_number(value: str) -> Q:
    """A SIRET also designates the entity of its SIREN."""
    return Q(siret=value) | Q(siren=value[:9]) if len(value) == dossiers.SIRET else Q(siren=value) | Q(finess_ej=value)


def _certificate(needle: Needle) -> Q:
    """The certificates that the text designates by themselves, whatever their service."""
    value = needle.value
    own: Mapping[Sought, Callable[[], Q]] = {
        Sought.REFERENCE: lambda: Q(reference=value),
        Sought.NUMBER: lambda: Q(client_number=value) | Q(subject__contains=value),
        Sought.FINGERPRINT: lambda: Q(fingerprint=value),
        Sought.SERIAL: lambda: Q(serial__in=dossiers.serials(value)),
        Sought.NAME: lambda: dossiers.subject_is(value),
        Sought.WORDS: lambda: Q(subject__icontains=value) | Q(client_label__icontains=value),
    }
    return own[needle.sought]()


_BY_CERTIFICATE = frozenset({Sought.FINGERPRINT, Sought.SERIAL, Sought.NAME})
_SERVICES: Mapping[Sought, Callable[[str], Q]] = {
    Sought.REFERENCE: _services_of_reference,
    Sought.NUMBER: _services_of_number,
    Sought.WORDS: _services_of_words,
    **{sought: partial(_services_of_certificate, sought) for sought in _BY_CERTIFICATE},
}
_ENTITIES: Mapping[Sought, Callable[[str], Q]] = {
    Sought.REFERENCE: lambda value: Q(reference=value),
    Sought.NUMBER: _entity_number,
    Sought.WORDS: lambda value: parties.named("", value),
}


def _of_entity(needle: Needle, scope: Scope) -> Q:
    owners = DigitalService.objects.filter(pk__in=scope.services).values("owner_id")
    return Q(pk__in=scope.entities) | Q(pk__in=owners)


def _of_dossier(needle: Needle, scope: Scope) -> Q:
    if needle.sought is Sought.WORDS:
        return Q(service__in=scope.services) | Q(reference__icontains=needle.value)
    return Q(service__in=scope.services)


def _of_grant(needle: Needle, scope: Scope) -> Q:
    known = Q(service__in=scope.services)
    if needle.sought is not Sought.WORDS:
        return known
    return known | Q(pk__in=ConnectionData.objects.filter(client_id=needle.value).values("grant_id"))


def _of_certificate(needle: Needle, scope: Scope) -> Q:
    own = _certificate(needle)
    return own if needle.sought in _BY_CERTIFICATE else own | Q(service__in=scope.services)


def _of_entry(needle: Needle, scope: Scope) -> Q:
    if needle.sought in _BY_CERTIFICATE:
        certificates = Certificate.objects.filter(_certificate(needle)).values("pk")
        return Q(pk__in=EntryCertificate.objects.filter(certificate__in=certificates).values("entry_id"))
    own = Q(grant__service__in=scope.services)
    if needle.sought is Sought.WORDS:
        return own | Q(client_id=needle.value) | Q(url__icontains=needle.value)
    return own | Q(reference=needle.value) if needle.sought is Sought.REFERENCE else own


def _of_document(needle: Needle, scope: Scope) -> Q:
    own = Q(service__in=scope.services) | Q(owner__in=scope.entities)
    if needle.sought is Sought.REFERENCE:
        return Q(reference=needle.value) | Q(subject_reference=needle.value)
    return own | Q(sha256=needle.value) if needle.sought is Sought.FINGERPRINT else own


def _number_of(entity: LegalEntity) -> str:
    return f"SIREN {entity.siren}" if entity.siren else f"FINESS EJ {entity.finess_ej}"


def _certificate_told(row: Certificate) -> str:
    return f"{row.service.name}, {row.get_environment_display().lower()}, série {row.serial}"


KINDS: Sequence[Kind] = (
    Kind(
        "Personnes morales",
        "",
        lambda user: LegalEntity.objects.visible_to(user),
        _of_entity,
        lambda row: Hit(row.reference, row.name, _number_of(row), ("entity", row.reference)),
    ),
    Kind(
        "Services",
        "",
        lambda user: DigitalService.objects.visible_to(user).select_related("owner"),
        lambda needle, scope: Q(pk__in=scope.services) | Q(owner__in=scope.entities),
        lambda row: Hit(row.reference, row.name, row.owner.name, ("service", row.reference)),
    ),
    Kind(
        "Dossiers",
        "candidacies",
        lambda user: Candidacy.objects.visible_to(user).select_related("service__owner"),
        _of_dossier,
        lambda row: Hit(
            row.reference,
            row.service.name,
            f"{row.get_direction_display()}, {row.get_state_display().lower()}",
            ("dossier", row.reference),
        ),
    ),
    Kind(
        "Habilitations",
        "grants",
        lambda user: Grant.objects.visible_to(user).defer("establishments"),
        _of_grant,
        lambda row: Hit(
            row.reference,
            row.service_name,
            f"{row.profiles_in_words}, {row.get_state_display().lower()}",
            ("grant", row.reference),
        ),
        "mots",
    ),
    Kind(
        "Certificats",
        "certificates",
        lambda user: Certificate.objects.visible_to(user).select_related("service").defer("pem", "establishments"),
        _of_certificate,
        lambda row: Hit(row.reference, row.common_name, _certificate_told(row), ("certificate", row.reference)),
        "mots",
    ),
    Kind(
        "Liste blanche",
        "whitelist",
        lambda user: WhitelistEntry.objects.visible_to(user).select_related("grant").defer("establishments"),
        _of_entry,
        lambda row: Hit(
            row.reference,
            row.grant.service_name,
            f"{row.get_environment_display()}, {row.get_state_display().lower()}",
            ("entry", row.reference),
        ),
        "mots",
    ),
    Kind(
        "Documents",
        "documents",
        lambda user: StoredDocument.objects.visible_to(user),
        _of_document,
        lambda row: Hit(row.reference, row.title, row.get_kind_display(), ("document_download", row.reference)),
    ),
)
_OTHERS: Mapping[str, tuple[Callable[[Any], "QuerySet[Any, Any]"], str]] = {
    "CS": (lambda user: CommitteeSession.objects.visible_to(user), "session"),
    "D": (lambda user: Decision.objects.visible_to(user), "decision"),
    "R": (lambda user: EntityClaim.objects.visible_to(user), "claim"),
    "L": (lambda user: EstablishmentList.objects.visible_to(user), "list"),
    "T": (lambda user: TestCampaign.objects.visible_to(user), "campaign"),
    "CH": (lambda user: ChangeDeclaration.objects.visible_to(user), "change"),
    "MQ": (lambda user: BreachCase.objects.visible_to(user), "breach"),
    "SV": (lambda user: ServerCertificate.objects.visible_to(user), "server_certificate"),
    "DY": (lambda user: MalfunctionReport.objects.visible_to(user), "report"),
}


def _only(user: Any, needle: Needle, groups: Sequence[Group]) -> Page | None:
    """The page of what the text designates exactly, when it is one thing."""
    if needle.sought is Sought.REFERENCE:
        exact = [hit.page for group in groups for hit in group.hits if hit.reference == needle.value]
        return exact[0] if exact else _elsewhere(user, needle.value)
    leading = {Sought.NUMBER: "entity", Sought.FINGERPRINT: "certificate", Sought.SERIAL: "certificate"}
    wanted = leading.get(needle.sought)
    exact = [hit.page for group in groups for hit in group.hits if hit.page[0] == wanted]
    if needle.sought is Sought.FINGERPRINT and not exact:
        exact = [hit.page for group in groups for hit in group.hits if hit.page[0] == "document_download"]
    return exact[0] if len(exact) == 1 else None


def _elsewhere(user: Any, reference: str) -> Page | None:
    """The page of a reference that no group shows: a session, a decision, a list…"""
    rows, page = _OTHERS.get(reference.split("-")[0], (None, ""))
    return (page, reference) if rows and rows(user).filter(reference=reference).exists() else None
