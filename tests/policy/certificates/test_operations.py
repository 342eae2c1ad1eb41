"""Declaring, retiring, trusting: on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from policy.certificates import authorities, operations, queries, uses
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.identity import Client
from policy.certificates.lifecycle import State
from policy.certificates.models import Certificate, NameHolding, TrustAnchor
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.parties.models import DigitalService, ServiceKind
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.certificates import (
    AT,
    BORN,
    CertificateFactory,
    anchors,
    crafted,
    issued,
    rsa_key,
    sample,
    trusting,
    unit,
    vendor_service,
)
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, member

pytestmark = pytest.mark.django_db
PRODUCTION, SANDBOX = Environment.PRODUCTION, Environment.SANDBOX


@pytest.fixture(autouse=True)
def _trust() -> None:
    trusting()


@pytest.fixture
def service() -> DigitalService:
    return vendor_service()


def declare(service: DigitalService, data: bytes, **changes: Any) -> Certificate:
    given = {"environment": PRODUCTION, "by": member(service.owner), "at": AT} | changes
    return operations.declare(service, data=data, **given)


def test_declare_keeps_what_was_read(service: DigitalService) -> None:
    person = member(service.owner)
    held = declare(service, issued(), by=person)
    held.refresh_from_db()
    assert held.reference.startswith("CE-2026-")
    assert (held.state, held.environment, held.hierarchy, held.is_demo) == ("declared", "production", "PROD", True)
    assert held.subject == "CN=ror.editeur,OU=318751275100020,O=EDITEUR,ST=Paris (75),C=FR"
    assert held.subject_openssl == held.subject
    assert (held.not_before, held.declared_at, held.declared_by) == (BORN, AT, person)
    assert held.holding.service == service
    assert len(held.checks) == 14
    assert held.pem.startswith("-----BEGIN CERTIFICATE-----")


def test_declare_leaves_one_sentence_in_the_journal_and_no_certificate(service: DigitalService) -> None:
    held = declare(service, issued())
    event = AuditEvent.objects.get(action="certificates.declare")
    assert event.subject_reference == held.reference
    assert held.pem.splitlines()[1] not in str(vars(event.detail))


@pytest.mark.parametrize("role", list(MembershipRole))
def test_declare_is_for_three_roles(service: DigitalService, role: MembershipRole) -> None:
    person = member(service.owner, role)
    allowed = {MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE, MembershipRole.TECHNICAL_CONTACT}
    if role in allowed:
        assert declare(service, issued(), by=person).pk
        return
    with pytest.raises(NotPermitted):
        declare(service, issued(), by=person)


@pytest.mark.parametrize("stranger", ["other vendor", "agent", "nobody"])
def test_declare_is_refused_to_strangers_before_anything_is_opened(service: DigitalService, stranger: str) -> None:
    person = {
        "other vendor": lambda: member(LegalEntityFactory()),
        "agent": AgentFactory,
        "nobody": PersonFactory,
    }[stranger]()
    with pytest.raises(NotPermitted):
        declare(service, b"not even a certificate", by=person)


@pytest.mark.parametrize(("environment", "hierarchy"), [(PRODUCTION, Hierarchy.TEST), (SANDBOX, Hierarchy.PROD)])
def test_declare_refuses_the_other_hierarchy(
    service: DigitalService, environment: Environment, hierarchy: Hierarchy
) -> None:
    with pytest.raises(operations.NotAcceptable) as refusal:
        declare(service, issued(hierarchy), environment=environment)
    assert [check.name for check in refusal.value.checks if check.outcome == "bad"] == ["hierarchy"]
    assert not Certificate.objects.exists()
    assert not NameHolding.objects.exists()


def test_declare_accepts_a_real_certificate_at_its_time(service: DigitalService) -> None:
    held = declare(service, sample("apibi"), at=BORN.replace(year=2024))
    assert not held.is_demo
    assert held.serial == "6F5B5227DB0F4D6F1F50ECF70C9CEC35"


def test_declare_refuses_what_is_not_one_certificate(service: DigitalService) -> None:
    with pytest.raises(operations.Unusable) as refusal:
        declare(service, issued() + issued())
    assert refusal.value.reason.code == "several"
    assert refusal.value.sentence.startswith("Ce fichier contient plusieurs objets")


def test_declare_keeps_nothing_of_a_private_key(service: DigitalService) -> None:
    key = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(operations.Unusable) as refusal:
        declare(service, key)
    assert "révoquez ce certificat" in refusal.value.sentence
    assert refusal.value.__cause__ is None
    assert not AuditEvent.objects.filter(action__startswith="certificates.").exists()


def test_same_certificate_twice_is_named_to_its_vendor(service: DigitalService) -> None:
    data = issued()
    held = declare(service, data)
    with pytest.raises(Refused, match=held.reference):
        declare(service, data)


def test_same_certificate_serves_both_environments_when_the_sandbox_accepts_it(service: DigitalService) -> None:
    one = CertificateFactory(service=service)
    other = CertificateFactory(
        service=service, sandbox=True, fingerprint=one.fingerprint, serial=one.serial, dn_digest=one.dn_digest
    )
    assert one.holding != other.holding


def test_renewed_certificate_keeps_its_name(service: DigitalService) -> None:
    first, second = declare(service, issued()), declare(service, issued())
    assert first.holding == second.holding
    assert NameHolding.objects.count() == 1


def rival() -> DigitalService:
    """Another vendor that bears the same SIRET: the certificate may name it too."""
    owner = LegalEntityFactory(name="Rival Santé", siren="", finess_ej="350000022", siret="18751275100020")
    return DigitalServiceFactory(owner=owner)


def test_name_held_by_another_vendor_is_refused_without_naming_it(service: DigitalService) -> None:
    declare(service, issued())
    with pytest.raises(Refused) as refusal:
        declare(rival(), issued())
    said = refusal.value.sentence
    assert "déjà rattaché à un autre service" in said
    assert "contactez l’agence" in said
    assert service.owner.name not in said
    assert service.name not in said
    assert Certificate.objects.count() == 1


def test_certificate_of_another_vendor_is_refused_without_naming_it(service: DigitalService) -> None:
    data = issued()
    held = declare(service, data)
    other = rival()
    NameHolding.objects.update(service=other)  # as if the name had changed hands
    with pytest.raises(Refused) as refusal:
        declare(other, data)
    assert "déjà déclaré dans cet environnement" in refusal.value.sentence
    assert held.reference not in refusal.value.sentence


def test_serial_of_another_certificate_of_the_same_authority_is_refused(service: DigitalService) -> None:
    declare(service, crafted(serial=77))
    with pytest.raises(Refused, match="numéro de série"):
        declare(service, crafted(serial=77, key=rsa_key(3072)))


def test_spelling_trick_on_a_name_is_the_same_name(service: DigitalService) -> None:
    declare(service, issued(common_name="ror.editeur"))
    with pytest.raises(Refused, match="déjà rattaché"):
        declare(rival(), issued(common_name="ROR.editeur "))


def test_certificate_of_a_client_is_accepted_when_he_is_named() -> None:
    service = vendor_service(kind=ServiceKind.PROPRIETARY)
    data = crafted(name=unit("1350054680"))
    with pytest.raises(operations.NotAcceptable):
        declare(service, data)
    held = declare(service, data, client=Client("CH de Vitré", "350054680"))
    assert (held.client_label, held.client_number) == ("CH de Vitré", "350054680")


def test_retire_dates_the_certificate_and_leaves_the_name(service: DigitalService) -> None:
    held = declare(service, issued())
    operations.retire(held, by=member(service.owner), at=AT + timedelta(days=1))
    assert (held.state, held.retired_at) == (State.RETIRED, AT + timedelta(days=1))
    assert NameHolding.objects.get().service == service
    with pytest.raises(MoveNotAllowed):
        operations.retire(held, by=member(service.owner))


def test_retire_is_refused_to_another_vendor_and_to_readers() -> None:
    held = CertificateFactory()
    for person in (member(LegalEntityFactory()), member(held.service.owner, MembershipRole.READER), AgentFactory()):
        with pytest.raises(NotPermitted):
            operations.retire(held, by=person)


def test_retire_waits_for_what_still_uses_the_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    held = CertificateFactory()
    inscription = uses.Use("l’inscription LB-000001", "/x/", is_blocking=True)
    monkeypatch.setattr(uses, "_providers", [lambda certificate: [inscription, uses.Use("un brouillon")]])
    with pytest.raises(Refused, match="LB-000001"):
        operations.retire(held, by=member(held.service.owner))
    assert queries.uses_of(held) == [inscription, uses.Use("un brouillon")]


def test_use_registered_twice_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "_providers", [])

    def provider(certificate: Any) -> list[uses.Use]:
        return [uses.Use("x")]

    uses.register(provider)
    uses.register(provider)
    assert uses.of(None) == [uses.Use("x")]


def test_install_anchors_is_idempotent_and_flags_the_demonstration() -> None:
    assert TrustAnchor.objects.count() == 8
    assert operations.install_anchors() == []
    assert queries.demo_anchors_installed()
    assert {anchor.name for anchor in queries.anchors()} >= {anchor.name for anchor in authorities.igc_sante()}


def test_real_anchors_alone_are_no_demonstration() -> None:
    TrustAnchor.objects.filter(is_demo=True).delete()
    assert not queries.demo_anchors_installed()


def test_install_anchors_refuses_what_is_no_authority() -> None:
    leaf = replace(anchors()[0], pem=issued().decode())
    with pytest.raises(ValueError, match="no certification authority"):
        operations.install_anchors([leaf])


def test_certificate_is_refused_when_the_portal_trusts_nobody(service: DigitalService) -> None:
    TrustAnchor.objects.all().delete()
    with pytest.raises(operations.NotAcceptable):
        declare(service, issued())
