"""Readings of certificates: anchors to verify with, who may be named, what a verdict page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.parties.models import DigitalService
from portal.web import wording

from .. import checks, uses
from ..checks import Check
from ..environments import Environment
from ..identity import Client, Holder
from ..lifecycle import State
from ..models import Certificate, CertificateQuerySet, TrustAnchor
from ..revocation import Standing
from ..trust import Anchor


@dataclass(frozen=True)
class Verdict:
    """What the page of a certificate says: the dates are judged now, the rest was when it was declared."""

    sentence: str
    is_good: bool
    checks: list[Check]


def anchors() -> list[Anchor]:
    """The authorities that the portal trusts."""
    return [anchor.as_anchor() for anchor in TrustAnchor.objects.trusted().order_by("pk")]


def demo_anchors_installed() -> bool:
    """True when the portal trusts the demonstration's authorities: production refuses to start so."""
    return TrustAnchor.objects.trusted().demonstration().exists()


def holders(service: DigitalService, client: Client | None = None) -> tuple[Holder, ...]:
    """Whom a certificate of the service may name: its client when one is given, otherwise the vendor itself."""
    if client:
        return (client.as_holder(),)
    owner = service.owner
    return (Holder(owner.name, siren=owner.siren, siret=owner.siret, finess=frozenset({owner.finess_ej})),)


def of_service(service: DigitalService, environment: Environment) -> CertificateQuerySet:
    """The certificates of a service in one environment, newest first."""
    return service.certificates.filter(environment=environment).order_by("-declared_at", "-pk")


def twin(service: DigitalService, environment: Environment, fingerprint: str) -> Certificate | None:
    """The same certificate already declared for the same service; other vendors' are never looked at here."""
    return of_service(service, environment).filter(fingerprint=fingerprint).first()


def usable(service: DigitalService, environment: Environment, *, at: datetime) -> CertificateQuerySet:
    """The certificates of a service that may serve at an instant: declared, and in their dates."""
    return of_service(service, environment).declared().valid(at)


def verdict(certificate: Certificate, *, at: datetime) -> Verdict:
    """The verdict on a declared certificate at an instant (aware)."""
    kept = [checks.from_json(value) for value in certificate.checks]
    dates = checks.validity(certificate.not_before, certificate.not_after, at=at)
    fresh = {check.name: check for check in (dates, revocation(certificate))}
    found = [fresh.get(check.name, check) for check in kept]
    if certificate.state == State.RETIRED:
        return Verdict("Ce certificat a été retiré : il ne sert plus.", False, found)
    if certificate.state == State.REVOKED:
        return Verdict("Ce certificat est révoqué : il ne doit plus servir.", False, found)
    return Verdict(checks.sentence(found), checks.is_acceptable(found), found)


def revocation(certificate: Certificate) -> Check:
    """The named check of revocation, as the clock last found it."""
    asked = certificate.revocation_at
    return checks.revocation(
        Standing(certificate.revocation), certificate.revocation_sentence, said=wording.exact(asked) if asked else ""
    )


def uses_of(certificate: Certificate) -> list[uses.Use]:
    """What the certificate serves, as the slices above tell."""
    return uses.of(certificate)


def visible_services(user: Any) -> Any:
    """The services whose certificates the person may see."""
    return DigitalService.objects.visible_to(user).select_related("owner")
