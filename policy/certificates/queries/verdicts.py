"""Readings of certificates: anchors to verify with, who may be named, what a verdict page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from stdnum.fr import siren, siret

from portal.parameters import queries as parameters
from portal.parties.models import DigitalService
from portal.reference import finess
from portal.reference import queries as reference
from portal.web import wording

from .. import checks, uses
from ..checks import Check
from ..environments import Environment
from ..identity import Client, Holder
from ..lifecycle import NameState, State
from ..models import Certificate, CertificateQuerySet, DeclaredName, TrustAnchor
from ..revocation import Standing
from ..trust import Anchor


@dataclass(frozen=True)
class Verdict:
    """What the page of a certificate says: the dates are judged now, the rest was when it was declared."""

    sentence: str
    is_good: bool
    checks: list[Check]


def anchors() -> list[Anchor]:
    """The authorities that the portal trusts; the demonstration's only where it runs as one."""
    trusted = TrustAnchor.objects.trusted().order_by("pk")
    return [row.as_anchor() for row in (trusted if settings.EMBEDDED else trusted.filter(is_demo=False))]


def demo_anchors_installed() -> bool:
    """True when the portal trusts the demonstration's authorities: production refuses to start so."""
    return TrustAnchor.objects.trusted().demonstration().exists()


def holders(service: DigitalService, client: Client | None = None) -> tuple[Holder, ...]:
    """Whom a certificate of the service may name: its client when one is given, otherwise the vendor itself."""
    if client:
        return (_client_holder(client),)
    owner = service.owner
    return (Holder(owner.name, siren=owner.siren, siret=owner.siret, finess=frozenset({owner.finess_ej})),)


def client_of(number: str) -> Client | None:
    """The client that a number designates, named after the register where it is there; None for a false number."""
    if not (finess.is_valid(number) or siren.is_valid(number) or siret.is_valid(number)):
        return None
    row = reference.establishments([number]).get(number)
    return Client(row.name if row else number, number)


def establishments_of(client: Client) -> list[str]:
    """The establishments (FINESS EG) of a client of the register: itself, or those of the legal entity it is."""
    if reference.establishments([client.number]):
        return [client.number]
    return reference.establishments_of_legal_entities([client.number]).get(client.number, [])


def _client_holder(client: Client) -> Holder:
    """A client is known by any of its numbers: its SIRET, its legal entity's FINESS, one of its establishments'."""
    own, row = client.as_holder(), reference.establishments([client.number]).get(client.number)
    numbers = own.finess | frozenset(establishments_of(client)) | frozenset([row.finess_ej] if row else [])
    return Holder(own.label, siren=own.siren, siret=own.siret or (row.siret or "" if row else ""), finess=numbers)


def of_service(service: DigitalService, environment: Environment) -> CertificateQuerySet:
    """The certificates of a service in one environment, newest first."""
    return service.certificates.filter(environment=environment).order_by("-declared_at", "-pk")


def names_announced(service: DigitalService, environment: Environment) -> list[DeclaredName]:
    """The names declared without certificate that still wait for theirs."""
    waiting = service.declared_names.filter(environment=environment, state=NameState.DECLARED)
    return list(waiting.order_by("declared_at", "pk"))


def may_announce(environment: Environment, *, at: datetime) -> bool:
    """Whether a name may be declared without its certificate: in the sandbox always, elsewhere by a setting."""
    return environment is Environment.SANDBOX or parameters.is_on("whitelist.name_only_in_production", at=at)


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
