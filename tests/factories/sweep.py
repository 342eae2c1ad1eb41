"""The nightly reading at any size: certificates in force by the thousand, and what reading them costs at the least.

For the bench: `stored(50_000)`, then `swept()` beside `bare()`; both read every certificate from the database.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cryptography import x509 as library
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from policy.certificates import checks, gateways, inspection, operations, queries
from policy.certificates.environments import Environment, Hierarchy, Place
from policy.certificates.identity import Holder
from policy.certificates.models import Certificate, CertificateReview, NameHolding
from policy.certificates.question import Question
from policy.certificates.trust import Anchor, AnchorKind
from portal.parties.models import DigitalService
from tests.factories.certificates import AT, SIREN, anchors, issued, pki, trusting, vendor_service
from tests.factories.parties import DigitalServiceFactory, member

NIGHT = AT + timedelta(hours=17)
BATCH = 500
EACH = 10  # certificates of one service
PLACES = ((Place.PRODUCTION, frozenset([Hierarchy.PROD])),)
QUESTION = Question(Environment.PRODUCTION, AT, (Holder("Éditeur de lits", siren=SIREN),), places=PLACES)


def stored(count: int) -> None:
    """So many sound certificates, a few for each service of one vendor, each with its own key and name."""
    trusting()
    service = DigitalService.objects.first() or vendor_service()
    by, held = member(service.owner), anchors()
    first = Certificate.objects.count()
    for start in range(first, first + count, BATCH):
        ranks = range(start, min(start + BATCH, first + count))
        services = [DigitalServiceFactory(owner=service.owner) for _ in ranks[::EACH]]
        rows = [_row(rank, held, service=services[(rank - start) // EACH], declared_by=by) for rank in ranks]
        names = [
            NameHolding(environment="production", dn_digest=row.dn_digest, service=row.service, since=AT)
            for row in rows
        ]
        for row, name in zip(rows, NameHolding.objects.bulk_create(names), strict=True):
            row.holding = name
        Certificate.objects.bulk_create(rows)


def _row(rank: int, held: list[Anchor], **given: Any) -> Certificate:
    data = issued(Hierarchy.PROD, common_name=f"ror.editeur-{rank}", key=ec.generate_private_key(ec.SECP256R1()))
    read = inspection.inspect(data, held, at=AT)
    facts, judged = read.facts, checks.judge(read.facts, read.chain, QUESTION)
    return Certificate(
        reference=f"CE-2026-{rank:07d}",
        environment=Environment.PRODUCTION,
        pem=facts.pem,
        fingerprint=facts.fingerprint,
        serial=facts.serial_hex,
        issuer=facts.issuer.rfc4514,
        issuer_digest=facts.issuer.digest,
        subject=facts.subject.rfc4514,
        subject_openssl=facts.subject.openssl,
        dn_digest=facts.subject.digest,
        parts_digest=gateways.parts_digest(facts.subject.rfc4514),
        key_digest=facts.key.digest,
        hierarchy=Hierarchy.PROD,
        is_demo=True,
        not_before=facts.not_before,
        not_after=facts.not_after,
        checks=[check.as_json() for check in judged],
        declared_at=AT,
        **given,
    )


def swept(night: int = 0) -> CertificateReview:
    """The reading of everything in force, of one night or of another."""
    return operations.review_all(at=NIGHT + timedelta(days=night))


def forgotten() -> None:
    """Whatever the checks rested on is forgotten: the next night judges everything, and writes it for each."""
    Certificate.objects.update(basis="")


def bare() -> int:
    """The least that can be done: read each one, and verify the two signatures above it; returns how many."""
    root, between = (
        library.load_pem_x509_certificate(pki().authorities[Hierarchy.PROD, kind].anchor.pem.encode())
        for kind in (AnchorKind.ROOT, AnchorKind.INTERMEDIATE)
    )
    done = 0
    for pem in _pems():
        leaf = library.load_pem_x509_certificate(pem.encode())
        _verify(between, leaf)
        _verify(root, between)
        done += 1
    return done


def _pems() -> Iterator[str]:
    for chunk in queries.chunks(queries.watched(NIGHT)):
        yield from (pem for _, _, pem in chunk)


def _verify(issuer: library.Certificate, certificate: library.Certificate) -> None:
    key, digest = issuer.public_key(), certificate.signature_hash_algorithm
    assert isinstance(key, rsa.RSAPublicKey)
    assert digest is not None
    key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), digest)
