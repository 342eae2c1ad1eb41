"""P6: a deposited certificate read in full, its chain found, beside the library alone and two raw verifications."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding

from policy.certificates import deposit, trust
from policy.certificates import x509 as reader
from policy.certificates.environments import Hierarchy
from policy.certificates.trust import AnchorKind
from tests.bench.rounds import Row, compare
from tests.factories import certificates as made

AT = datetime(2026, 11, 20, tzinfo=UTC)
MANY = 40


def rows() -> Iterator[Row]:
    """The ratios of P6 that this stage has: revocation lists come later."""
    pems = [made.issued(Hierarchy.PROD, common_name=f"ror.editeur-{rank}") for rank in range(MANY)]
    encodings = [deposit.certificate_der(pem) for pem in pems]
    yield compare(
        "P6.1-fields",
        "toutes les rubriques d’un certificat / load_pem",
        subject=_each(reader.read, pems),
        floor=_each(x509.load_pem_x509_certificate, pems),
        target=7,
    )
    anchors = made.anchors()
    chained = _each(lambda encoding: _valid(trust.verify(encoding, anchors, at=AT)), encodings)
    raw = _raw(encodings)
    yield compare("P6.2-chain", "chaîne / deux vérifications de signature", subject=chained, floor=raw, target=1.8)
    try:
        peer = _peer(encodings)
    except ImportError as error:
        print(f"P6.2-peer : {error.name} n’est pas installé (requirements-bench.lock), ligne omise")
    else:
        yield compare(
            "P6.2-peer",
            "chaîne, contre pyhanko-certvalidator",
            subject=chained,
            floor=peer,
            target=3,
            better="higher",
        )
    audit = encodings * (1000 // MANY)
    yield compare(
        "P6.4-audit",
        "revue de 1 000 certificats / somme des vérifications",
        subject=_each(lambda encoding: _valid(trust.verify(encoding, anchors, at=AT)), audit),
        floor=_raw(audit),
        target=2,
        seconds=0,
    )


def _each(act: Callable[[Any], Any], items: list[bytes]) -> Callable[[], None]:
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
