"""Whether a certificate is revoked, read from its authority's revocation list (RFC 5280 §5) or from both sources.

A list counts only when the authority that issued the certificate signed it, entirely and recently enough. Anything
else (absent, unreadable, signed by somebody else, out of date, partial) says nothing of any certificate, and is told
as a trouble of the source: never as « not revoked ». Nothing is fetched here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from portal.lifecycle.table import LabelledEnum
from portal.web import wording

from .trust import Anchor

SKEW = timedelta(minutes=5)  # between the authority's clock and ours
SOUND_HASHES = frozenset(["sha256", "sha384", "sha512"])


class Source(LabelledEnum):
    """Where revocation is asked."""

    CRL = "crl", "Liste de révocation (CRL)"
    OCSP = "ocsp", "Répondeur OCSP"


class Standing(LabelledEnum):
    """What is known of a certificate's revocation."""

    NOT_ASKED = "not_asked", "Non consultée"
    GOOD = "good", "Non révoqué"
    UNKNOWN = "unknown", "Inconnue"
    REVOKED = "revoked", "Révoqué"


class Trouble(LabelledEnum):
    """Why a source cannot be relied upon, in the words that follow « : »."""

    UNREACHABLE = "unreachable", "elle est injoignable"
    FORBIDDEN = "forbidden", "son adresse ne figure pas parmi celles que le portail peut appeler"
    UNREADABLE = "unreadable", "sa réponse est illisible"
    FORGED = "forged", "sa réponse n’est pas signée par l’autorité"
    STALE = "stale", "sa réponse est périmée"
    PARTIAL = "partial", "sa réponse ne couvre pas tous les certificats"
    SILENT = "silent", "elle refuse de répondre"


class Doubtful(Exception):
    """A source that says nothing reliable; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class Answer:
    """What is known of one certificate: its standing, the sentence said, and since when it is revoked."""

    standing: Standing
    sentence: str
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class RevocationList:
    """A list that may be relied upon: when it was issued, until when it holds, and the numbers it revokes.

    Whether a number is there takes the same time whatever the size; its date is read for revoked numbers only.
    """

    issued_at: datetime
    next_at: datetime
    serials: frozenset[int]
    good: Answer  # what it says of every number that it does not hold
    listing: x509.CertificateRevocationList = field(compare=False, repr=False)

    def answer(self, serial: int) -> Answer:
        """What the list says of a certificate of its authority."""
        if serial not in self.serials:
            return self.good
        entry = self.listing.get_revoked_certificate_by_serial_number(serial)
        since = entry.revocation_date_utc if entry else self.issued_at
        return Answer(Standing.REVOKED, f"Révoqué par son autorité depuis le {wording.exact(since)}.", since)


def read_list(data: bytes, issuer: Anchor, *, at: datetime, after: datetime | None = None) -> RevocationList:
    """The list (DER or PEM) of an authority, at an aware instant. Raises Doubtful.

    `after` is when the last list relied upon was issued: an older one, served again, would hide a revocation.
    """
    authority = x509.load_pem_x509_certificate(issuer.pem.encode("ascii"))
    try:
        listing = _loaded(data)
        _check_signature(listing, authority)
        _check_scope(listing)
        issued_at, next_at = _checked_dates(listing, at)
        serials = frozenset(entry.serial_number for entry in listing)
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm) as error:
        raise Doubtful(Trouble.UNREADABLE) from error
    if after and issued_at < after:
        raise Doubtful(Trouble.STALE)
    good = Answer(Standing.GOOD, f"Absent de la liste de révocation émise le {wording.exact(issued_at)}.")
    return RevocationList(issued_at, next_at, serials, good, listing)


def serial_of(authority: Anchor) -> int:
    """The serial number of an authority's own certificate."""
    return x509.load_pem_x509_certificate(authority.pem.encode("ascii")).serial_number


def combined(answers: Iterable[Answer]) -> Answer:
    """What several sources say together: the worst of them, for a source that is silent never counts as good."""
    known = sorted(answers, key=lambda answer: _WEIGHTS[answer.standing], reverse=True)
    if not known:
        return Answer(Standing.NOT_ASKED, "Aucune adresse de révocation n’est configurée pour cette autorité.")
    sentences = [answer.sentence for answer in known if answer.standing is known[0].standing]
    return Answer(known[0].standing, " ".join(dict.fromkeys(sentences)), known[0].revoked_at)


def doubt(source: Source, trouble: Trouble) -> Answer:
    """What a source in trouble says of a certificate: nothing, and why."""
    return Answer(Standing.UNKNOWN, f"{source.label} : {trouble.label}.")


_WEIGHTS = {Standing.NOT_ASKED: 0, Standing.GOOD: 1, Standing.UNKNOWN: 2, Standing.REVOKED: 3}


def _loaded(data: bytes) -> x509.CertificateRevocationList:
    if data.lstrip().startswith(b"-----BEGIN X509 CRL-----"):
        return x509.load_pem_x509_crl(data)
    return x509.load_der_x509_crl(data)


def _check_signature(listing: x509.CertificateRevocationList, authority: x509.Certificate) -> None:
    key, algorithm = authority.public_key(), listing.signature_hash_algorithm
    if listing.issuer != authority.subject or algorithm is None or algorithm.name not in SOUND_HASHES:
        raise Doubtful(Trouble.FORGED)
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey):
        raise Doubtful(Trouble.FORGED)
    if not _may_sign(authority) or not listing.is_signature_valid(key):
        raise Doubtful(Trouble.FORGED)


def _may_sign(authority: x509.Certificate) -> bool:
    try:
        return authority.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _check_scope(listing: x509.CertificateRevocationList) -> None:
    """A difference, an indirect list or one that leaves out some certificates or reasons is no whole list."""
    for extension in listing.extensions:
        value = extension.value
        if isinstance(value, x509.IssuingDistributionPoint):
            narrowed = value.indirect_crl or value.only_contains_ca_certs or value.only_some_reasons
            if narrowed or value.only_contains_attribute_certs:
                raise Doubtful(Trouble.PARTIAL)
        elif extension.critical:
            raise Doubtful(Trouble.PARTIAL)


def _checked_dates(listing: x509.CertificateRevocationList, at: datetime) -> tuple[datetime, datetime]:
    issued_at, next_at = listing.last_update_utc, listing.next_update_utc
    if next_at is None or issued_at > at + SKEW or next_at < at:
        raise Doubtful(Trouble.STALE)
    return issued_at, next_at
