"""Readings of the whitelist: what is published, what an approval would change, what runs late."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.urls import reverse

from policy.certificates import queries as certificates_read
from policy.certificates.environments import Environment
from policy.certificates.lifecycle import NameState
from policy.certificates.lifecycle import State as CertificateState
from policy.certificates.models import Certificate, CertificateQuerySet, DeclaredName
from policy.certificates.uses import Use
from policy.grants import queries as grants
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant, Restriction
from policy.grants.restrictions import Closed, Left, closed_of, left_of
from policy.profiles import queries as profiles
from portal.audit import signing
from portal.audit.signing import Signer
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument, StoredDocumentQuerySet
from portal.lifecycle.errors import Missing
from portal.parties import queries as parties
from portal.parties.roles import MembershipRole

from .. import plan, publication
from ..lifecycle import LIVING, State
from ..models import (
    IN_FORCE,
    SCHEDULED,
    CertificateCut,
    EntryCertificate,
    EntryName,
    Publication,
    SigningKey,
    WhitelistEntry,
    WhitelistEntryQuerySet,
)
from ..plan import Plan
from ..publication import CertificateRow, Content, EntryRow

BORNE = Prefetch("names", EntryName.objects.select_related("declared"))


def latest_publication(environment: str) -> Publication | None:
    """The publication that gateways should hold now; None before the first one."""
    return Publication.objects.filter(environment=environment).order_by("-version").first()


def signer() -> Signer:
    """The key that signs publications: the one that two persons put in force, or else the one installed.

    The embedded run makes its own; elsewhere raises KeyUnavailable without one.
    """
    wanted, first = key_in_force(), Path(settings.PUBLICATION_KEY_FILE)
    if not wanted:
        return signing.load(first, create=settings.EMBEDDED)
    for path in (first, Path(settings.PUBLICATION_NEXT_KEY_FILE)):
        with suppress(signing.KeyUnavailable):
            if (found := signing.load(path, create=False)).key_id == wanted:
                return found
    raise signing.KeyUnavailable(f"Aucun fichier ne contient la clé {wanted}, mise en vigueur par deux personnes.")


def next_signer() -> Signer | None:
    """The key installed to follow the one in force; None when there is none. Raises KeyUnavailable for a bad file."""
    path = Path(settings.PUBLICATION_NEXT_KEY_FILE)
    if not path.exists():
        return None
    found = signing.load(path, create=False)
    return None if found.key_id == key_in_force() else found


def key_in_force() -> str:
    """The name of the key that two persons put in force; empty when none was ever declared."""
    return SigningKey.objects.in_force().values_list("key_id", flat=True).first() or ""


def publication_of(environment: str, version: int) -> Publication | None:
    """One publication, by its number (any non-negative integer)."""
    if version > 2**31 - 1:
        return None
    return Publication.objects.filter(environment=environment, version=version).first()


def publication_dates(environment: str, version: int) -> Publication | None:
    """One publication without its bytes: when it was issued, until when it holds."""
    return Publication.objects.defer("body").filter(environment=environment, version=version).first()


def latest_version(environment: str) -> int:
    """The number of that publication, without its bytes; 0 before the first one."""
    numbers = Publication.objects.filter(environment=environment).order_by("-version")
    return numbers.values_list("version", flat=True).first() or 0


def recent_publications(environment: str, *, limit: int = 10) -> list[Publication]:
    """The last publications, newest first, without their bytes."""
    return list(Publication.objects.filter(environment=environment).defer("body").order_by("-version")[:limit])


def content_now(environment: str, *, at: datetime) -> tuple[Content, list[EntryRow]]:
    """What a publication made at this instant would say, and the entries in force that it read."""
    entries = WhitelistEntry.objects.in_force().filter(environment=environment)
    standing = Prefetch("grant__restrictions", queryset=Restriction.objects.standing(), to_attr="standing")
    read = entries.select_related("grant__service").prefetch_related("certificates", BORNE, standing)
    cut = cut_certificates()
    rows = [row_of(entry, cut) for entry in read]
    version = profiles.in_force(at)
    number, digest = (version.number, version.digest) if version else ("", "")
    return publication.content(rows, environment=environment, policy_version=number, policy_digest=digest), rows


def closed_by_acts(environment: str) -> frozenset[str]:
    """The entries that are no longer in force because somebody, or a date, ended them: none of them is lost."""
    ended = WhitelistEntry.objects.exclude(IN_FORCE).filter(environment=environment)
    return frozenset(ended.values_list("reference", flat=True))


def caution_on(document: StoredDocument) -> str:
    """What became of the entry that a document attests, for anyone; empty while it stands."""
    rows = WhitelistEntry.objects.select_related("grant")
    entry = rows.filter(reference=document.subject_reference).defer("establishments").first()
    if entry is None:
        return ""
    if told := grants.caution(entry.grant):
        return told
    if entry.state == State.SUSPENDED:
        return f"L’inscription {entry} est suspendue : les passerelles refusent ses appels."
    return f"L’inscription {entry} a été retirée de la liste blanche." if entry.state == State.WITHDRAWN else ""


def cut_certificates() -> frozenset[int]:
    """The keys of the entries' certificates that their authorities revoked."""
    return frozenset(CertificateCut.objects.values_list("certificate_id", flat=True))


def row_of(entry: WhitelistEntry, cut: frozenset[int]) -> EntryRow:
    """An entry as publications see it: its certificates but for those cut from it, the names still unverified, less
    what its right has closed for now.

    When nothing is left (profile, establishment, certificate or name), it is published whole, and suspended: it
    admits nobody, and a refusal can say why.
    """
    named, borne = list(entry.certificates.all()), list(entry.names.all())
    pairs = [(one.scope, one.value) for one in _standing(entry)]
    left, shut = left_of(entry.whole, pairs), closed_of(entry.whole, pairs)
    certificates = _certificates([one for one in named if one.pk not in cut], entry, left)
    names = [publication.NameRow(one.subject) for one in borne if one.declared.state == NameState.DECLARED]
    lost = bool(entry.establishments) > bool(left.establishments) or bool(named or borne) > bool(certificates or names)
    closed = lost or not left.admits or (shut.is_whole and entry.is_production)
    if closed:
        left, shut = entry.whole, Closed()
        certificates = _certificates(named, entry, left)
        names = [] if named else [publication.NameRow(one.subject) for one in borne]
    return EntryRow(
        reference=entry.reference,
        environment=entry.environment,
        service=entry.grant.service.reference,
        service_name=entry.grant.service_name,
        client_id=entry.client_id,
        url=entry.url,
        certificates=certificates,
        feeding_profiles=left.feeding_profiles,
        access_profile=left.access_profile,
        region=entry.region,
        establishments=left.establishments,
        state=State.SUSPENDED.value if closed else _published_state(entry),
        names=names,
        effective_at=entry.effective_at,
        by_secret=entry.by_secret,
        closed_profiles=shut.profiles,
        closed_establishments=shut.establishments,
    )


def _standing(entry: WhitelistEntry) -> list[Restriction]:
    """The restrictions of the entry's right; a whole publication reads them all at once."""
    read: list[Restriction] | None = getattr(entry.grant, "standing", None)
    return list(Restriction.objects.standing().filter(grant=entry.grant_id)) if read is None else read


def _certificates(named: Iterable[EntryCertificate], entry: WhitelistEntry, left: Left) -> list[CertificateRow]:
    """The certificates, each narrowed to what is left open of its own perimeter; without those that have none left."""
    narrowed = set(left.establishments) if len(left.establishments) < len(entry.establishments) else None
    rows = []
    for one in named:
        own = one.establishments
        if own is not None and narrowed is not None:
            own = [finess for finess in own if finess in narrowed]
        if own is None or own:
            rows.append(CertificateRow(one.fingerprint, one.subject, one.not_after, own))
    return rows


def _published_state(entry: WhitelistEntry) -> str:
    """The stricter of the entry's state and of its right's: a right that ended or is suspended admits nothing."""
    ended = entry.grant.state == GrantState.WITHDRAWN
    stopped = entry.is_production and entry.grant.state == GrantState.SUSPENDED
    return State.SUSPENDED.value if ended or stopped else entry.state


def entry_in_force(grant: Grant, environment: str) -> WhitelistEntry | None:
    """The entry that publications carry for a right in one environment."""
    return WhitelistEntry.objects.in_force().filter(grant=grant, environment=environment).first()


def entries_of(grant: Grant) -> tuple[dict[str, WhitelistEntry], dict[str, WhitelistEntry]]:
    """The entries of a right in force, then those announced, each by its environment; one query."""
    found = list(WhitelistEntry.objects.filter(IN_FORCE | SCHEDULED, grant=grant))
    in_force = {one.environment: one for one in found if one.in_force_since}
    return in_force, {one.environment: one for one in found if not one.in_force_since}


def listed_certificates() -> CertificateQuerySet:
    """The certificates that entries in force name, in either environment."""
    named = EntryCertificate.objects.filter(entry__in=WhitelistEntry.objects.in_force(), cut=None)
    return Certificate.objects.filter(pk__in=named.values("certificate"))


def usable_certificates(grant: Grant, environment: str, *, at: datetime) -> list[Certificate]:
    """The certificates that an entry of this right may name: declared, not expired, not named for another right."""
    taken = EntryCertificate.objects.filter(entry__in=WhitelistEntry.objects.living().exclude(grant=grant))
    found = Certificate.objects.declared().filter(service=grant.service_id, environment=environment)
    free = found.filter(not_after__gt=at).exclude(pk__in=taken.values("certificate"))
    return list(free.order_by("-declared_at", "-pk"))


def has_another_right(grant: Grant) -> bool:
    """Whether the service also holds a right in the other direction: each certificate then serves one of the two."""
    return Grant.objects.living().filter(service=grant.service_id).exclude(pk=grant.pk).exists()


def admissible_names(grant: Grant, environment: str, *, at: datetime) -> list[DeclaredName]:
    """The names that an entry may bear for want of any certificate: announced, not borne for another right.

    In the sandbox always; in production by the agency's setting (settled question 25).
    """
    where = Environment(environment)
    if not grant.needs_certificate or usable_certificates(grant, environment, at=at):
        return []
    if not certificates_read.may_announce(where, at=at):
        return []
    taken = EntryName.objects.filter(entry__in=WhitelistEntry.objects.living().exclude(grant=grant))
    borne = set(taken.values_list("declared_id", flat=True))
    return [one for one in certificates_read.names_announced(grant.service, where) if one.pk not in borne]


def names_seen() -> list[EntryName]:
    """The names of living entries whose certificate is declared by now, and not entered yet."""
    rows = EntryName.objects.filter(declared__state=NameState.CONFIRMED, entry__state__in=sorted(LIVING))
    entered = EntryCertificate.objects.filter(
        entry=OuterRef("entry"), certificate__holding=OuterRef("declared__holding")
    )
    return list(rows.filter(~Exists(entered)).select_related("entry", "declared").order_by("entry_id", "pk"))


def certificate_of(declared: DeclaredName) -> Certificate | None:
    """The certificate that bears an announced name: the latest declared."""
    found = declared.holding.certificates.declared()
    return found.order_by("-declared_at", "-pk").first()


def to_cut() -> list[EntryCertificate]:
    """The certificates that living entries still name, and whose authority revoked them."""
    rows = EntryCertificate.objects.filter(cut=None, certificate__state=CertificateState.REVOKED)
    living = rows.filter(entry__state__in=sorted(LIVING)).select_related("entry", "certificate")
    return list(living.order_by("entry_id", "pk"))


def certificate_fault(entry: WhitelistEntry, *, at: datetime) -> str | None:
    """Why a certificate of the entry no longer serves (French); None when all do, but for those cut from it."""
    left = entry.certificates.filter(cut=None).select_related("certificate")
    if not left and entry.certificates.exists():
        return "Tous ses certificats sont révoqués : proposez une autre inscription."
    if fault := _name_fault(entry, at=at):
        return fault
    for one in left:
        if one.certificate.state != CertificateState.DECLARED:
            return f"Le certificat {one.certificate.reference} n’est plus déclaré : proposez une autre inscription."
        if one.not_after <= at:
            return f"Le certificat {one.certificate.reference} a expiré : proposez une autre inscription."
    return None


def _name_fault(entry: WhitelistEntry, *, at: datetime) -> str | None:
    """Why an entry that bears names alone no longer serves; None when it does, or bears certificates."""
    names = list(entry.names.select_related("declared"))
    if not names or entry.certificates.exists():
        return None
    if all(one.declared.state == NameState.WITHDRAWN for one in names):
        return "Le nom déclaré sans certificat a été abandonné : proposez une autre inscription."
    if not certificates_read.may_announce(Environment(entry.environment), at=at):
        return "Aucun certificat n’a été vu, et la production n’admet plus de nom sans certificat."
    return None


def missing_for(grant: Grant, environment: str, *, at: datetime) -> list[Missing]:
    """What an entry still waits for before it may be proposed."""
    missing = grants.missing_for(grant, environment)
    has_one = usable_certificates(grant, environment, at=at) or admissible_names(grant, environment, at=at)
    if grant.needs_certificate and not has_one:
        label = Environment(environment).label.lower()
        missing.append(Missing("certificates", f"Certificat valide déclaré par l’éditeur ({label})"))
    return missing


def plan_of(entry: WhitelistEntry) -> Plan:
    """What would change if the entry took force now."""
    former = entry_in_force(entry.grant, entry.environment)
    in_force = WhitelistEntry.objects.in_force().filter(environment=entry.environment).count()
    cut = cut_certificates()
    before = row_of(former, cut) if former and former != entry else None
    return plan.of(row_of(entry, cut), before, entries=in_force)


def due(now: datetime) -> list[WhitelistEntry]:
    """Approved entries whose date has come, oldest first; in production, except where the right is stopped."""
    waiting = WhitelistEntry.objects.scheduled().filter(effective_at__lte=now)
    whole = Exists(Restriction.objects.whole().filter(grant=OuterRef("grant")))
    stopped = Q(environment=Environment.PRODUCTION) & (Q(grant__state=GrantState.SUSPENDED) | Q(whole))
    found = waiting.exclude(grant__state=GrantState.WITHDRAWN).exclude(stopped)
    return list(found.order_by("effective_at", "pk"))


def listed(
    entries: WhitelistEntryQuerySet, *, environment: str, states: Iterable[str] = (), words: str = ""
) -> WhitelistEntryQuerySet:
    """Entries for a list page: newest first, with the number of their certificates; establishments stay unread."""
    found = entries.filter(environment=environment).select_related("grant__holder", "proposed_by")
    if wanted := list(states):
        found = found.filter(state__in=wanted)
    if words:
        found = (
            found.filter(reference__iexact=words)
            | found.filter(parties.named("grant__service__", words))
            | found.filter(parties.named("grant__holder__", words))
            | found.filter(grant__service_name__icontains=words)
            | found.filter(client_id=words)
        )
    return (
        found.annotate(certificate_count=Count("certificates")).defer("establishments").order_by("-proposed_at", "-pk")
    )


def state_counts(environment: str, user: Any) -> dict[str, int]:
    """How many entries the person may see, by state."""
    seen = WhitelistEntry.objects.visible_to(user).filter(environment=environment)
    return dict(seen.values_list("state").annotate(number=Count("pk")))


def addresses(grant: Grant) -> list[str]:
    """Whom to tell about a right: who represents its holder, then its technical contacts."""
    contacts = grant.holder.memberships.active().filter(role=MembershipRole.TECHNICAL_CONTACT)
    technical = list(contacts.order_by("pk").values_list("user__email", flat=True))
    return list(dict.fromkeys([*parties.reachable_addresses(grant.holder), *technical]))


def attestations(grant: Grant, environment: str) -> StoredDocumentQuerySet:
    """The attestations of whitelisting of a right in one environment that still hold."""
    references = WhitelistEntry.objects.filter(grant=grant, environment=environment).values("reference")
    held = StoredDocument.objects.valid().filter(kind=Kind.WHITELIST_ATTESTATION, subject_reference__in=references)
    return held.order_by("pk")


def certificate_uses(certificate: Certificate) -> list[Use]:
    """The living entries that name a certificate, with how many establishments it opens in each."""
    rows = EntryCertificate.objects.filter(certificate=certificate, entry__in=WhitelistEntry.objects.living())
    return [_use(row) for row in rows.select_related("entry__grant", "cut").order_by("entry__reference")]


def _use(row: EntryCertificate) -> Use:
    entry = row.entry
    opened = entry.establishments if row.establishments is None else row.establishments
    is_cut = hasattr(row, "cut")
    state = "certificat retranché" if is_cut else entry.get_state_display().lower()
    return Use(
        label=f"Inscription {entry.reference} de {entry.grant.service_name} ({state})",
        url=reverse("grant_access", args=[entry.grant.reference]),
        is_blocking=not is_cut,
        establishments=len(opened),
    )
