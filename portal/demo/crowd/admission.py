"""Certificates and whitelist entries of a filling, then the publications made of them by the real operation."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from cryptography import x509 as x
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from policy.certificates import x509
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate, NameHolding
from policy.certificates.x509 import Facts
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.whitelist import operations as whitelist
from policy.whitelist.lifecycle import State
from policy.whitelist.models import EntryCertificate, WhitelistEntry

from .rights import Held, client_id
from .world import BATCH, World

VALIDITY = timedelta(days=3 * 365)
ENTRIES = {GrantState.ACTIVE: State.APPROVED, GrantState.SUSPENDED: State.SUSPENDED}


def fill(world: World, held: list[Held]) -> None:
    """Enters every right that reached production, with one certificate or two, and publishes."""
    admitted = [one for one in held if one.grant.state in ENTRIES]
    entries = WhitelistEntry.objects.bulk_create((_entry(world, one) for one in admitted), batch_size=500)
    for entry in entries:
        world.tell(
            "whitelist.approve",
            entry,
            by=world.agents["approver"],
            at=entry.approved_at or entry.proposed_at,
            proposer=world.agents["proposer"],
        )
    _certificates(world, entries)
    for environment in Environment:
        whitelist.publish(environment, by=None, at=world.now)


def _entry(world: World, held: Held) -> WhitelistEntry:
    grant, at = held.grant, world.later(held.tested_at, 2, 20)
    entry = WhitelistEntry(
        reference=world.number("LB"),
        grant=grant,
        environment=Environment.PRODUCTION,
        url=grant.production_url,
        client_id=client_id(grant, Environment.PRODUCTION),
        effective_at=at,
        state=ENTRIES[GrantState(grant.state)],
        proposed_by=world.agents["proposer"],
        proposed_at=held.tested_at,
        approved_by=world.agents["approver"],
        approved_at=at,
        in_force_since=at,
        published_version=1,
    )
    for name in Grant.FROZEN:
        setattr(entry, name, getattr(grant, name))
    if entry.state == State.SUSPENDED:
        entry.closed_at, entry.grounds = world.later(at, 1, 100), "Usage contraire à la charte."
    return entry


def _certificates(world: World, entries: list[WhitelistEntry]) -> None:
    """Batch by batch: names, certificates, then their copies on the entries."""
    authority, wanted = Mill(world.rnd), (one for one in entries if one.access_profile != 0)
    while batch := list(islice(wanted, BATCH)):
        pairs = [(entry, facts) for entry in batch for facts in _facts(world, authority, entry)]
        holdings = NameHolding.objects.bulk_create(_holding(entry, facts) for entry, facts in pairs)
        rows = Certificate.objects.bulk_create(
            (
                _certificate(world, entry, facts, holding)
                for (entry, facts), holding in zip(pairs, holdings, strict=True)
            ),
            batch_size=500,
        )
        EntryCertificate.objects.bulk_create(
            EntryCertificate(
                entry=entry,
                certificate=row,
                fingerprint=row.fingerprint,
                subject=row.subject,
                not_after=row.not_after,
            )
            for (entry, _), row in zip(pairs, rows, strict=True)
        )


def _facts(world: World, authority: "Mill", entry: WhitelistEntry) -> Iterator[Facts]:
    """One certificate, or two for two services in five; made in the last three years so that none has expired."""
    number = 2 if int(entry.reference[-6:]) % 5 < 2 else 1  # of the reference: keys differ from a base to the next
    first = max(entry.effective_at, world.now - VALIDITY + timedelta(days=20))
    for rank in range(number):
        name = f"{entry.grant.service_name} {rank + 1}"
        yield authority.make(entry.grant.service.owner.siren, name, start=first - timedelta(days=rank))


def _holding(entry: WhitelistEntry, facts: Facts) -> NameHolding:
    return NameHolding(
        environment=Environment.PRODUCTION,
        dn_digest=facts.subject.digest,
        service=entry.grant.service,
        since=entry.proposed_at,
    )


def _certificate(world: World, entry: WhitelistEntry, facts: Facts, holding: NameHolding) -> Certificate:
    return Certificate(
        reference=world.reference("CE", entry.proposed_at),
        service=entry.grant.service,
        environment=Environment.PRODUCTION,
        holding=holding,
        pem=facts.pem,
        fingerprint=facts.fingerprint,
        serial=facts.serial_hex,
        issuer=facts.issuer.rfc4514,
        issuer_digest=facts.issuer.digest,
        subject=facts.subject.rfc4514,
        subject_openssl=facts.subject.openssl,
        dn_digest=facts.subject.digest,
        hierarchy=Hierarchy.PROD,
        is_demo=True,
        not_before=facts.not_before,
        not_after=facts.not_after,
        declared_at=entry.proposed_at,
        declared_by=world.representatives[entry.grant.holder_id],
    )


class Mill:
    """An authority that nobody trusts: it makes readable certificates by the thousand, all with one key."""

    def __init__(self, rnd: random.Random) -> None:
        """Keys are derived from the generator, so that the same filling makes the same names and serials."""
        self._key = ec.derive_private_key(rnd.getrandbits(250), ec.SECP256R1())
        self._rnd = rnd
        self._name = x.Name([x.NameAttribute(NameOID.COMMON_NAME, "AC INVENTEE SANS CONFIANCE")])

    def make(self, siren: str, name: str, *, start: datetime) -> Facts:
        """The facts of a new certificate for a service of the company with this SIREN."""
        subject = x.Name(
            [
                x.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
                x.NameAttribute(NameOID.ORGANIZATION_NAME, "EDITEUR FICTIF"),
                x.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"2{siren}"),
                x.NameAttribute(NameOID.COMMON_NAME, name[:64]),
            ]
        )
        start = start.astimezone(UTC).replace(microsecond=0)
        made = (
            x.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number((self._rnd.getrandbits(120) << 1) + 1)
            .not_valid_before(start)
            .not_valid_after(start + VALIDITY)
            .sign(self._key, hashes.SHA256())
        )
        return x509.read_der(made.public_bytes(serialization.Encoding.DER))
