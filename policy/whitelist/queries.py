"""Readings of the whitelist: what is published, what an approval would change, what runs late."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from policy.certificates.environments import Environment
from policy.certificates.lifecycle import State as CertificateState
from policy.certificates.models import Certificate
from policy.certificates.uses import Use
from policy.grants import queries as grants
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.profiles import queries as profiles
from portal.audit import signing
from portal.audit.signing import Signer
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument, StoredDocumentQuerySet
from portal.lifecycle.errors import Missing
from portal.parties import queries as parties
from portal.parties.roles import MembershipRole

from . import plan, publication
from .lifecycle import State
from .models import EntryCertificate, Publication, WhitelistEntry, WhitelistEntryQuerySet
from .plan import Plan
from .publication import CertificateRow, Content, EntryRow


def latest_publication(environment: str) -> Publication | None:
    """The publication that gateways should hold now; None before the first one."""
    return Publication.objects.filter(environment=environment).order_by("-version").first()


def signer() -> Signer:
    """The key that signs publications. The embedded run makes its own; elsewhere raises KeyUnavailable without one."""
    return signing.load(Path(settings.PUBLICATION_KEY_FILE), create=settings.EMBEDDED)


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


def content_now(environment: str, *, at: datetime) -> Content:
    """What a publication made at this instant would say."""
    entries = WhitelistEntry.objects.in_force().filter(environment=environment)
    rows = [row_of(entry) for entry in entries.select_related("grant__service").prefetch_related("certificates")]
    version = profiles.in_force(at)
    return publication.content(rows, environment=environment, policy_version=version.number if version else "")


def row_of(entry: WhitelistEntry) -> EntryRow:
    """An entry as publications see it."""
    return EntryRow(
        reference=entry.reference,
        environment=entry.environment,
        service=entry.grant.service.reference,
        service_name=entry.grant.service_name,
        client_id=entry.client_id,
        url=entry.url,
        certificates=[_certificate(one) for one in entry.certificates.all()],
        feeding_profiles=entry.feeding_profiles,
        access_profile=entry.access_profile,
        region=entry.region,
        establishments=entry.establishments,
        state=_published_state(entry),
        effective_at=entry.effective_at,
    )


def _certificate(one: EntryCertificate) -> CertificateRow:
    return CertificateRow(one.fingerprint, one.subject, one.not_after, one.establishments)


def _published_state(entry: WhitelistEntry) -> str:
    """The stricter of the entry's state and of its right's: a right that ended or is suspended admits nothing."""
    ended = entry.grant.state == GrantState.WITHDRAWN
    stopped = entry.is_production and entry.grant.state == GrantState.SUSPENDED
    return State.SUSPENDED.value if ended or stopped else entry.state


def entry_in_force(grant: Grant, environment: str) -> WhitelistEntry | None:
    """The entry that publications carry for a right in one environment."""
    return WhitelistEntry.objects.in_force().filter(grant=grant, environment=environment).first()


def usable_certificates(grant: Grant, environment: str, *, at: datetime) -> list[Certificate]:
    """The certificates that an entry of this right may name: declared, not expired, not named for another right."""
    taken = EntryCertificate.objects.filter(entry__in=WhitelistEntry.objects.living().exclude(grant=grant))
    found = Certificate.objects.declared().filter(service=grant.service_id, environment=environment)
    free = found.filter(not_after__gt=at).exclude(pk__in=taken.values("certificate"))
    return list(free.order_by("-declared_at", "-pk"))


def has_another_right(grant: Grant) -> bool:
    """Whether the service also holds a right in the other direction: each certificate then serves one of the two."""
    return Grant.objects.living().filter(service=grant.service_id).exclude(pk=grant.pk).exists()


def certificate_fault(entry: WhitelistEntry, *, at: datetime) -> str | None:
    """Why a certificate of the entry no longer serves (French); None when all do."""
    for one in entry.certificates.select_related("certificate"):
        if one.certificate.state != CertificateState.DECLARED:
            return f"Le certificat {one.certificate.reference} n’est plus déclaré : proposez une autre inscription."
        if one.not_after <= at:
            return f"Le certificat {one.certificate.reference} a expiré : proposez une autre inscription."
    return None


def missing_for(grant: Grant, environment: str, *, at: datetime) -> list[Missing]:
    """What an entry still waits for before it may be proposed."""
    missing = grants.missing_for(grant, environment)
    if grant.needs_certificate and not usable_certificates(grant, environment, at=at):
        label = Environment(environment).label.lower()
        missing.append(Missing("certificates", f"Certificat valide déclaré par l’éditeur ({label})"))
    return missing


def plan_of(entry: WhitelistEntry) -> Plan:
    """What would change if the entry took force now."""
    former = entry_in_force(entry.grant, entry.environment)
    in_force = WhitelistEntry.objects.in_force().filter(environment=entry.environment).count()
    return plan.of(row_of(entry), row_of(former) if former and former != entry else None, entries=in_force)


def due(now: datetime) -> list[WhitelistEntry]:
    """Approved entries whose date has come, oldest first, except where the right is stopped."""
    waiting = WhitelistEntry.objects.scheduled().filter(effective_at__lte=now)
    stopped = [GrantState.SUSPENDED, GrantState.WITHDRAWN]
    return list(waiting.exclude(grant__state__in=stopped).order_by("effective_at", "pk"))


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
    return [_use(row) for row in rows.select_related("entry__grant").order_by("entry__reference")]


def _use(row: EntryCertificate) -> Use:
    entry = row.entry
    opened = entry.establishments if row.establishments is None else row.establishments
    return Use(
        label=f"Inscription {entry.reference} de {entry.grant.service_name} ({entry.get_state_display().lower()})",
        url=reverse("grant_access", args=[entry.grant.reference]),
        is_blocking=True,
        establishments=len(opened),
    )
