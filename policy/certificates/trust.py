"""Whether a certificate was issued by the authorities given, and what the named checks say of it.

The path is built by `cryptography.x509.verification` with explicit extension policies: its defaults refuse genuine
AUTH_CLI certificates, which carry no alternative name. The end entity's extensions are left to the named checks,
which are exact and say what is wrong; the authorities' are checked here. Time and anchors are arguments; nothing is
fetched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import verification
from cryptography.x509.verification import Criticality, ExtensionPolicy

from portal.lifecycle.table import LabelledEnum

from .environments import Hierarchy

_DEPTH = 2  # leaf, intermediate, root: the whole hierarchy of IGC-Santé


class AnchorKind(LabelledEnum):
    """The rank of an authority."""

    ROOT = "ROOT", "Autorité racine"
    INTERMEDIATE = "INTERMEDIATE", "Autorité intermédiaire"


class Fault(LabelledEnum):
    """Why no path was found, in the words that follow « : » in the check."""

    UNKNOWN_ISSUER = "unknown_issuer", "son émetteur n’est pas une autorité reconnue"
    SIGNATURE = "signature", "sa signature n’est pas celle de l’autorité qu’il annonce"
    PATH = "path", "le chemin jusqu’à l’autorité racine n’est pas valable"


@dataclass(frozen=True)
class Anchor:
    """An authority to trust: its certificate in PEM, its hierarchy and rank, and whether it is a demonstration.

    `crl_url` and `ocsp_url` are where its revocations are asked; empty when nobody said.
    """

    name: str
    hierarchy: Hierarchy
    kind: AnchorKind
    pem: str
    is_demo: bool = False
    crl_url: str = ""
    ocsp_url: str = ""


@dataclass(frozen=True)
class Chain:
    """The path found (`hierarchy` set, `authorities` from the issuer up to the root), or the fault."""

    hierarchy: Hierarchy | None = None
    is_demo: bool = False
    authorities: tuple[str, ...] = ()
    fault: Fault | None = None

    @property
    def is_valid(self) -> bool:
        """True when a path was found."""
        return self.hierarchy is not None


def verify(encoding: bytes, anchors: Sequence[Anchor], *, at: datetime) -> Chain:
    """The chain of a certificate (DER) at an aware instant, among the anchors given. ValueError: no certificate.

    Each hierarchy is tried alone: a TEST intermediate never leads to a PROD root, nor a demonstration to a real one.
    """
    leaf = x509.load_der_x509_certificate(encoding)
    return Trusted(anchors).chain_of(leaf, (leaf.not_valid_before_utc, leaf.not_valid_after_utc), at=at)


class Trusted:
    """Authorities to verify many certificates with, put together once."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self.anchors = tuple(anchors)
        self._families = _families(self.anchors)

    def chain_of(self, leaf: x509.Certificate, dates: tuple[datetime, datetime], *, at: datetime) -> Chain:
        """As `verify`, for a certificate that the library has already opened, and its dates."""
        moment = min(max(at, dates[0]), dates[1])  # its own dates are another check
        if (issuers := _issuers(self._families, moment)) and (found := _chain(issuers.verifier, leaf, [])):
            return issuers.chains[found[0]]
        for family in self._families:
            if authorities := _path(leaf, family, moment):
                return Chain(family.hierarchy, family.is_demo, authorities)
        return Chain(fault=_fault(leaf, self.anchors))


def dates(anchors: Iterable[Anchor], *, at: datetime) -> str:
    """Which dates of the authorities have come at an instant, to the second: their beginning, their end.

    As long as it is the same, every chain is: an instant counts only by the dates of authorities that it has passed. So
    does that of a certificate outside its own dates, which is never earlier than its beginning nor later than its end.
    """
    moment = at.replace(microsecond=0)
    ends = (end for one in map(_load, anchors) for end in (one.not_valid_before_utc, one.not_valid_after_utc))
    return "".join("<" if moment < end else "=" if moment == end else ">" for end in ends)


def names_as_issuer(authority: Anchor, issuer: Anchor) -> bool:
    """True when the first authority's certificate announces the second as its issuer."""
    return _is_announced(_load(issuer), _load(authority))


@dataclass(frozen=True, eq=False)
class _Family:
    """The authorities of one hierarchy, read once: where paths end (None: nowhere), what they may go through, names."""

    hierarchy: Hierarchy
    is_demo: bool
    store: verification.Store | None
    intermediates: list[x509.Certificate]
    names: Mapping[x509.Certificate, str]


@lru_cache(maxsize=16)
def _families(anchors: tuple[Anchor, ...]) -> tuple[_Family, ...]:
    kinds = sorted({(anchor.hierarchy, anchor.is_demo) for anchor in anchors})
    return tuple(_family(kind, [a for a in anchors if (a.hierarchy, a.is_demo) == kind]) for kind in kinds)


def _family(kind: tuple[Hierarchy, bool], anchors: Iterable[Anchor]) -> _Family:
    loaded = {anchor: _load(anchor) for anchor in anchors}
    roots = [certificate for anchor, certificate in loaded.items() if anchor.kind is AnchorKind.ROOT]
    intermediates = [certificate for certificate in loaded.values() if certificate not in roots]
    names = {certificate: anchor.name for anchor, certificate in loaded.items()}
    return _Family(*kind, verification.Store(roots) if roots else None, intermediates, names)


def _path(leaf: x509.Certificate, family: _Family, moment: datetime) -> tuple[str, ...]:
    """The names of the authorities above the leaf; empty when there is no path."""
    if family.store is None:
        return ()
    return _named(family, _chain(_verifier(family.store, moment, _CA), leaf, family.intermediates))


def _named(family: _Family, found: Iterable[x509.Certificate]) -> tuple[str, ...]:
    return tuple(family.names[certificate] for certificate in found)


def _chain(
    verifier: verification.ClientVerifier, leaf: x509.Certificate, between: list[x509.Certificate]
) -> list[x509.Certificate]:
    """The authorities above the leaf, its issuer first; none when there is no path."""
    try:
        return verifier.verify(leaf, between).chain[1:]
    except (verification.VerificationError, ValueError, UnsupportedAlgorithm):
        return []


@dataclass(frozen=True)
class _Issuers:
    """Intermediates that a root of their own hierarchy answers for at an instant: what verifies a leaf, its chain."""

    verifier: verification.ClientVerifier
    chains: Mapping[x509.Certificate, Chain]


@lru_cache(maxsize=16)
def _issuers(families: tuple[_Family, ...], moment: datetime) -> _Issuers | None:
    """The intermediates verified once, not once per certificate; None when none is right under a root."""
    chains: dict[x509.Certificate, Chain] = {}
    for family in families:
        for intermediate, authorities in _proven(family, moment).items():
            chains.setdefault(intermediate, Chain(family.hierarchy, family.is_demo, authorities))
    return _Issuers(_verifier(verification.Store(list(chains)), moment, _CA), chains) if chains else None


def _proven(family: _Family, moment: datetime) -> dict[x509.Certificate, tuple[str, ...]]:
    """The intermediates that stand right under a root at an instant, each with the names of its path.

    Only where a path of two certificates says all that one of three would: the root lets an authority stand below it,
    and constrains no name. Elsewhere the whole path is walked for each certificate.
    """
    if family.store is None:
        return {}
    verifier = _verifier(family.store, moment, _ROOT, _CA)
    above = {one: _named(family, _chain(verifier, one, [])) for one in family.intermediates}
    return {one: (family.names[one], *names) for one, names in above.items() if names}


_ANY = ExtensionPolicy.permit_all()


def _verifier(
    store: verification.Store, moment: datetime, above: ExtensionPolicy, below: ExtensionPolicy = _ANY
) -> verification.ClientVerifier:
    """Verifies the end of a path under `below`, and every authority above it under `above`."""
    builder = verification.PolicyBuilder().store(store).time(moment).max_chain_depth(_DEPTH)
    return builder.extension_policies(ca_policy=above, ee_policy=below).build_client_verifier()


def _ca_constraints(_: verification.Policy, __: x509.Certificate, value: x509.BasicConstraints | None) -> None:
    if value is None or not value.ca:
        raise ValueError("not an authority")


def _root_constraints(_: verification.Policy, __: x509.Certificate, value: x509.BasicConstraints | None) -> None:
    if value is None or not value.ca or value.path_length == 0:
        raise ValueError("no authority may stand below")


def _ca_usage(_: verification.Policy, __: x509.Certificate, value: x509.KeyUsage | None) -> None:
    if value is None or not value.key_cert_sign:
        raise ValueError("may not sign certificates")


_CA = _ANY.require_present(x509.BasicConstraints, Criticality.CRITICAL, _ca_constraints).require_present(
    x509.KeyUsage, Criticality.AGNOSTIC, _ca_usage
)
_ROOT = (
    _ANY.require_present(x509.BasicConstraints, Criticality.CRITICAL, _root_constraints)
    .require_present(x509.KeyUsage, Criticality.AGNOSTIC, _ca_usage)
    .require_not_present(x509.NameConstraints)
)


def _fault(leaf: x509.Certificate, anchors: Iterable[Anchor]) -> Fault:
    issuers = [certificate for certificate in map(_load, anchors) if _is_announced(certificate, leaf)]
    if not issuers:
        return Fault.UNKNOWN_ISSUER
    return Fault.PATH if any(_has_signed(issuer, leaf) for issuer in issuers) else Fault.SIGNATURE


def _is_announced(issuer: x509.Certificate, leaf: x509.Certificate) -> bool:
    try:
        return issuer.subject == leaf.issuer
    except ValueError:  # a name that this parser does not open is none of our authorities'
        return False


def _has_signed(issuer: x509.Certificate, leaf: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


@lru_cache(maxsize=64)
def _load(anchor: Anchor) -> x509.Certificate:
    return x509.load_pem_x509_certificate(anchor.pem.encode("ascii"))
