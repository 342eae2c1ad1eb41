"""Readings of certificates: anchors to verify with, who may be named, what a verdict page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from portal.parameters import queries as parameters
from portal.parties.models import DigitalService
from portal.web import wording

from .. import checks, uses
from ..checks import Check, Outcome
from ..environments import ACCEPTED, PLACES, Environment, Hierarchy, Place, accepted_hierarchies
from ..identity import Client
from ..lifecycle import NameState, State
from ..models import Certificate, CertificateProposal, CertificateQuerySet, DeclaredName, NameHolding, TrustAnchor
from ..question import Question
from ..revocation import Standing
from ..trust import Anchor
from ..x509 import Facts
from . import rereading
from .holders import holders


@dataclass(frozen=True)
class Verdict:
    """What the page of a certificate says: the dates are judged now, the rest was by the last review."""

    sentence: str
    is_good: bool
    checks: list[Check]

    @property
    def bad(self) -> list[Check]:
        """What must be mended."""
        return [check for check in self.checks if check.outcome is Outcome.BAD]


def anchors() -> list[Anchor]:
    """The authorities that the portal trusts; the demonstration's only where it runs as one."""
    trusted = TrustAnchor.objects.trusted().order_by("pk")
    return [row.as_anchor() for row in (trusted if settings.EMBEDDED else trusted.filter(is_demo=False))]


def demo_anchors_installed() -> bool:
    """True when the portal trusts the demonstration's authorities: production refuses to start so."""
    return TrustAnchor.objects.trusted().demonstration().exists()


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


def accepted(environment: Environment, *, at: datetime) -> frozenset[Hierarchy]:
    """The hierarchies that some place of an environment accepts now."""
    return frozenset().union(*(accepted_at(place, at=at) for place in PLACES[environment]))


def accepted_at(place: Place, *, at: datetime) -> frozenset[Hierarchy]:
    """The hierarchies that a place accepts now: each test platform's by the agency's setting, production's never."""
    if place is Place.PRODUCTION:
        return accepted_hierarchies(Environment.PRODUCTION)
    return ACCEPTED[str(parameters.value(f"certificates.{place.value}_hierarchy", at=at))]


def places(environment: Environment, *, at: datetime) -> tuple[tuple[Place, frozenset[Hierarchy]], ...]:
    """The places of an environment, each with the hierarchies that it accepts now."""
    return tuple((place, accepted_at(place, at=at)) for place in PLACES[environment])


def question(
    service: DigitalService, environment: Environment, facts: Facts, *, at: datetime, client: Client | None = None
) -> Question:
    """What a certificate of the service is judged for in an environment, with what others already hold."""
    return Question(
        environment,
        at,
        holders(service, client),
        places=places(environment, at=at),
        twins=tuple(rereading.twin(one, service) for one in _of_key(facts)),
        taken=_taken(service, environment, facts),
    )


def _of_key(facts: Facts) -> list[Certificate]:
    """Certificates of the same public key, in either environment, but for this very one."""
    return [one for one in rereading.of_keys([facts.key.digest]) if one.fingerprint != facts.fingerprint]


def _taken(service: DigitalService, environment: Environment, facts: Facts) -> str:
    """What another service holds of this certificate, in a sentence that names nobody; empty when nothing."""
    there = Certificate.objects.filter(environment=environment)
    if there.filter(fingerprint=facts.fingerprint).exclude(service=service).exists():
        return "Ce certificat est déjà déclaré dans cet environnement."
    serial = there.filter(issuer_digest=facts.issuer.digest, serial=facts.serial_hex)
    if serial.exclude(fingerprint=facts.fingerprint).exists():
        return "Un certificat de la même autorité porte déjà ce numéro de série dans cet environnement."
    name = NameHolding.objects.held().filter(environment=environment, dn_digest=facts.subject.digest)
    if name.exclude(service=service).exists():
        return "Ce nom de certificat est déjà rattaché à un autre service."
    return ""


def twin(service: DigitalService, environment: Environment, fingerprint: str) -> Certificate | None:
    """The same certificate already declared for the same service; other vendors' are never looked at here."""
    return of_service(service, environment).filter(fingerprint=fingerprint).first()


def proposal_of(service: DigitalService, environment: Environment, fingerprint: str) -> CertificateProposal | None:
    """The same certificate already proposed by a tool, and that nobody decided."""
    waiting = service.certificate_proposals.waiting()
    return waiting.filter(environment=environment, fingerprint=fingerprint).first()


def proposals(service: DigitalService, environment: Environment) -> list[CertificateProposal]:
    """What tools proposed for a service in an environment, and that waits for a person of the vendor."""
    return list(service.certificate_proposals.waiting().filter(environment=environment).order_by("pk"))


def bears(reference: str) -> NameHolding | None:
    """The hold on the name of a certificate, or of a name announced, by its reference; None for an unknown one."""
    named = Q(certificates__reference=reference) | Q(declared_names__reference=reference)
    rows = NameHolding.objects.filter(named).select_related("service__owner", "proposed_by", "decided_by")
    return rows.distinct().first()


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
