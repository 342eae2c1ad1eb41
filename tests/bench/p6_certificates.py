"""P6: a deposited certificate read in full, its chain found, beside the library alone and two raw verifications."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding

from policy.certificates import deposit, revocation, trust
from policy.certificates import x509 as reader
from policy.certificates.environments import Environment, Hierarchy, Place
from policy.certificates.identity import Holder
from policy.certificates.rereading import Bench, Case, Kept
from policy.certificates.trust import AnchorKind
from tests.bench.rounds import Row, apart, compare
from tests.bench.sizes import AUDITED
from tests.bench.sizes import REVOKED as LISTED
from tests.factories import certificates as made
from tests.factories import revocation as revocations

AT = datetime(2026, 11, 20, tzinfo=UTC)
MANY, TOGETHER = 40, 100
HOLDERS = (Holder("Éditeur", siren=made.SIREN),)


def rows() -> Iterator[Row]:
    """The ratios of P6: reading, chain, revocation, and the nightly reading of a thousand certificates."""
    pems = [made.issued(Hierarchy.PROD, common_name=f"ror.editeur-{rank}") for rank in range(MANY)]
    encodings = [deposit.certificate_der(pem) for pem in pems]
    yield compare(
        "P6.1-fields",
        "toutes les rubriques d’un certificat / load_pem",
        subject=_each(reader.read, pems),
        floor=_each(x509.load_pem_x509_certificate, pems),
        target=7,
    )
    yield from apart(_chains(encodings), _lookups(), _nights(pems, encodings))


def _chains(encodings: list[bytes]) -> Iterator[Row]:
    """One chain beside its signatures, and beside another library."""
    anchors = made.anchors()
    chained = _each(lambda encoding: _valid(trust.verify(encoding, anchors, at=AT)), encodings)
    raw = _raw(encodings)
    yield compare("P6.2-chain", "chaîne / deux vérifications de signature", subject=chained, floor=raw, target=1.8)
    yield compare(
        "P6.2-peer",
        "chaîne, contre pyhanko-certvalidator",
        subject=chained,
        floor=_peer(encodings),
        target=3,
        better="higher",
    )


def _nights(pems: list[bytes], encodings: list[bytes]) -> Iterator[Row]:
    """What is done every night of a thousand certificates: their chains alone, then every check."""
    anchors = made.anchors()
    audit = encodings * max(1, AUDITED // MANY)
    yield compare(
        "P6.4-audit",
        f"chaînes de {AUDITED} certificats / somme des vérifications",
        subject=_each(lambda encoding: _valid(trust.verify(encoding, anchors, at=AT)), audit),
        floor=_raw(audit),
        target=2,
        seconds=0,
    )
    yield compare(
        "P6.4-review",
        f"tous les contrôles de {AUDITED} certificats, sans base / lecture et vérifications seules",
        subject=_judging(pems * max(1, AUDITED // MANY), anchors),
        floor=_bare(pems * max(1, AUDITED // MANY)),
        target=2,
        seconds=0,
    )


def _lookups() -> Iterator[Row]:
    """A number looked up in a list of a hundred thousand, beside the same in a set; and in a list of a hundred."""
    numbers = [rank * 7919 + 1 for rank in range(LISTED)]
    asked = [number + (rank % 2) for rank, number in enumerate(numbers[:1000])]
    anchor = made.pki().authorities[Hierarchy.PROD, AnchorKind.INTERMEDIATE].anchor
    large, small = (
        revocation.read_list(revocations.revocation_list(numbers[:count]), anchor, at=made.AT)
        for count in (LISTED, 100)
    )
    absent = [number for number in asked if number not in large.serials]
    known = set(numbers)
    yield compare(
        "P6.3-lookup",
        f"numéro cherché dans une liste de {LISTED} / dans un ensemble",
        subject=_each(large.answer, absent),
        floor=_each(known.__contains__, absent),
        target=2,
    )
    yield compare(
        "P6.3-size",
        f"numéro cherché dans une liste de {LISTED} / dans une de 100",
        subject=_each(large.answer, absent),
        floor=_each(small.answer, absent),
        target=1.2,
    )


def _judging(pems: list[bytes], anchors: list[trust.Anchor]) -> Callable[[], None]:
    """Everything judged again as a night does, as many at once."""
    where = Environment.PRODUCTION
    bench = Bench(AT, anchors, {where: ((Place.PRODUCTION, frozenset([Hierarchy.PROD])),)})
    cases = [Case(Kept(pem.decode(), where, "", "", "[]"), HOLDERS) for pem in pems]

    def run() -> None:
        for start in range(0, len(cases), TOGETHER):
            found = bench.judge(cases[start : start + TOGETHER])
            assert not any(one.fault for one in found)

    return run


def _bare(pems: list[bytes]) -> Callable[[], None]:
    root, intermediate = _authorities()
    above: Any = root.public_key()

    def run() -> None:
        for pem in pems:
            leaf = x509.load_pem_x509_certificate(pem)
            _verify(intermediate.public_key(), leaf)
            _verify(above, intermediate)

    return run


def _each(act: Callable[[Any], Any], items: list[Any]) -> Callable[[], None]:
    def run() -> None:
        for item in items:
            act(item)

    return run


def _valid(chain: trust.Chain) -> None:
    assert chain.is_valid


def _authorities() -> tuple[x509.Certificate, x509.Certificate]:
    """Root and intermediate of the PROD hierarchy of the sample."""
    loaded = {
        anchor.kind: x509.load_pem_x509_certificate(anchor.pem.encode())
        for anchor in made.anchors()
        if anchor.hierarchy is Hierarchy.PROD
    }
    return loaded[AnchorKind.ROOT], loaded[AnchorKind.INTERMEDIATE]


def _raw(encodings: list[bytes]) -> Callable[[], None]:
    """The two signatures that any chain costs."""
    root, intermediate = _authorities()
    leaves = [x509.load_der_x509_certificate(encoding) for encoding in encodings]
    pairs = [(intermediate.public_key(), leaf) for leaf in leaves]
    above: Any = root.public_key()

    def run() -> None:
        for key, leaf in pairs:
            _verify(key, leaf)
            _verify(above, intermediate)

    return run


def _verify(key: Any, certificate: x509.Certificate) -> None:
    digest = certificate.signature_hash_algorithm
    assert digest is not None
    key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), digest)


def _peer(encodings: list[bytes]) -> Callable[[], None]:
    from asn1crypto import x509 as asn1
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko_certvalidator import CertificateValidator, ValidationContext

    root, intermediate = (asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in _authorities())
    leaves = [asn1.Certificate.load(encoding) for encoding in encodings]

    def run() -> None:
        context = ValidationContext(
            trust_roots=[root], other_certs=[intermediate], allow_fetching=False, moment=AT, revocation_mode="soft-fail"
        )

        async def walk() -> None:
            for leaf in leaves:
                validator = CertificateValidator(leaf, [intermediate], validation_context=context)
                await validator.async_validate_usage({"digital_signature"}, {"client_auth"})

        asyncio.run(walk())

    return run
