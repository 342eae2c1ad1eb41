"""The nightly reading of everything in force: what was good at its declaration may not be any more."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from policy.certificates import checks, jobs, operations, queries
from policy.certificates.checks import Outcome
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.identity import Client
from policy.certificates.models import Certificate, CertificateReview, TrustAnchor
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import Refused
from portal.outbox.operations import deliver_due
from portal.parties import operations as parties
from portal.parties.models import DigitalService, ServiceKind
from tests.factories.accounts import AgentFactory, entered
from tests.factories.certificates import AT, issued, key_of, trusting, vendor_service
from tests.factories.parameters import setting
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, member
from tests.factories.revocation import authority

pytestmark = pytest.mark.django_db
NIGHT = AT + timedelta(hours=17)


@pytest.fixture
def service() -> DigitalService:
    trusting()
    return vendor_service()


def declared(service: DigitalService, data: bytes | None = None, *, at: datetime = AT, **place: Any) -> Certificate:
    return operations.declare(
        service,
        environment=place.get("environment", Environment.PRODUCTION),
        data=data or issued(common_name=f"ror-{Certificate.objects.count()}"),
        by=member(service.owner),
        at=at,
    )


def check_of(certificate: Certificate, name: str) -> checks.Check:
    certificate.refresh_from_db()
    return next(check for check in queries.verdict(certificate, at=NIGHT).checks if check.name == name)


def deliver() -> None:
    while deliver_due(timezone.now() + timedelta(days=3650)):
        pass


def test_a_sound_certificate_is_read_and_left_as_it_is(service: DigitalService) -> None:
    held = declared(service)
    before = held.checks
    review = operations.review_all(at=NIGHT)
    held.refresh_from_db()
    assert (review.count, review.faulty_count, held.fault, held.reviewed_at) == (1, 0, "", NIGHT)
    assert held.checks == before
    assert AuditEvent.objects.filter(action="certificate_reviews.record").count() == 1


def test_an_authority_withdrawn_is_found_once_and_told(service: DigitalService) -> None:
    held, watcher = declared(service), AgentFactory(roles=[StaffRole.WHITELIST_MANAGER])
    TrustAnchor.objects.filter(name=authority().anchor.name).update(state="withdrawn")
    assert [operations.review_all(at=NIGHT + timedelta(days=day)).faulty_count for day in (0, 1)] == [1, 1]
    assert check_of(held, "chain").outcome is Outcome.BAD
    assert held.fault == "chaîne de certification"
    deliver()
    assert len(mail.outbox) == 2
    assert {watcher.email} < {address for sent in mail.outbox for address in sent.to}
    assert all("Rien n’est coupé" in sent.body or "aucune inscription" in sent.body.lower() for sent in mail.outbox)
    assert [alarm.title for alarm in queries.alarms(at=NIGHT)] == ["Certificats à corriger"]
    assert not queries.verdict(held, at=NIGHT).is_good


def test_a_fault_is_neither_told_nor_shown_to_whom_the_owner_is_closed(service: DigitalService) -> None:
    held, watcher = declared(service), AgentFactory(roles=[StaffRole.WHITELIST_MANAGER])
    recused, path = AgentFactory(roles=[StaffRole.WHITELIST_MANAGER]), reverse("certificate_runs")
    parties.close_readings([recused], [service.owner_id], source="C-1999-0001", at=AT)
    TrustAnchor.objects.filter(name=authority().anchor.name).update(state="withdrawn")
    operations.review_all(at=NIGHT)
    deliver()
    told = {address for sent in mail.outbox for address in sent.to}
    assert watcher.email in told
    assert recused.email not in told
    Certificate.objects.filter(pk=held.pk).update(not_after=timezone.now() + timedelta(days=30))
    seen = [held.reference in entered(person).get(path).content.decode() for person in (watcher, recused)]
    assert seen == [True, False]


def test_what_is_mended_is_forgotten(service: DigitalService) -> None:
    held = declared(service)
    anchors = TrustAnchor.objects.filter(name=authority().anchor.name)
    anchors.update(state="withdrawn")
    operations.review_all(at=NIGHT)
    anchors.update(state="trusted")
    operations.review_all(at=NIGHT + timedelta(days=1))
    assert check_of(held, "chain").outcome is Outcome.GOOD
    assert queries.alarms(at=NIGHT) == []


def test_the_vendor_s_number_that_changed_is_found(service: DigitalService) -> None:
    held = declared(service)
    service.owner.siren = "552100554"
    service.owner.save()
    operations.review_all(at=NIGHT)
    assert check_of(held, "identity").outcome is Outcome.BAD


def test_a_certificate_of_a_client_is_still_his(service: DigitalService) -> None:
    service.kind = ServiceKind.PROPRIETARY
    service.save()
    data = issued(identifier="1350054680")
    operations.declare(
        service,
        environment=Environment.PRODUCTION,
        data=data,
        by=member(service.owner),
        at=AT,
        client=Client("Clinique", "350054680"),
    )
    assert operations.review_all(at=NIGHT).faulty_count == 0


def test_a_row_that_cannot_be_read_any_more_is_a_fault_and_no_error(service: DigitalService) -> None:
    held = declared(service)
    Certificate.objects.update(pem="-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    assert operations.review_all(at=NIGHT).faulty_count == 1
    held.refresh_from_db()
    assert held.fault == "format"


def test_the_same_key_at_somebody_else_s_is_refused_then_found(service: DigitalService) -> None:
    key = key_of("3" + "0" * 14)
    held = declared(service, issued(key=key))
    other = DigitalServiceFactory(owner=LegalEntityFactory(siren="552100554"))
    theirs = issued(identifier="2552100554", common_name="autre", key=key)
    with pytest.raises(Refused, match="autre titulaire") as refused:
        declared(other, theirs)
    assert held.reference not in str(refused.value)
    made = declared(
        other, issued(identifier="2552100554", common_name="autre", key=rsa.generate_private_key(65537, 2048))
    )
    Certificate.objects.filter(pk=made.pk).update(key_digest=held.key_digest)
    assert operations.review_all(at=NIGHT).faulty_count >= 1
    held.refresh_from_db()
    assert held.fault == "clé déjà utilisée"


def test_the_key_of_a_revoked_certificate_never_comes_back(service: DigitalService) -> None:
    held = declared(service)
    Certificate.objects.filter(pk=held.pk).update(state="revoked", revoked_at=AT)
    with pytest.raises(Refused, match="certificat révoqué"):
        declared(service)


def test_the_sandbox_accepts_what_the_agency_sets(service: DigitalService) -> None:
    production = issued(common_name="deux-mondes")
    sandbox = Environment.SANDBOX
    with pytest.raises(Refused, match="IGC-Santé PROD"):
        declared(service, production, environment=sandbox)
    setting("certificates.sandbox_hierarchy", "both", at=AT)
    one = declared(service, production, environment=sandbox, at=AT + timedelta(minutes=1))
    two = declared(service, production, at=AT + timedelta(minutes=1))
    assert one.fingerprint == two.fingerprint  # one certificate, bound in both environments of one service
    declared(service, issued(Hierarchy.TEST), environment=sandbox, at=AT + timedelta(minutes=1))
    with pytest.raises(Refused, match="IGC-Santé TEST"):
        declared(service, issued(Hierarchy.TEST), at=AT + timedelta(minutes=1))
    setting("certificates.sandbox_hierarchy", "test", at=AT + timedelta(hours=1))
    operations.review_all(at=NIGHT)
    assert check_of(one, "hierarchy").outcome is Outcome.BAD
    assert check_of(two, "hierarchy").outcome is Outcome.GOOD


def asked(at: datetime) -> int:
    """How many queries a review costs."""
    with CaptureQueriesContext(connection) as captured:
        operations.review_all(at=at)
    return len(captured)


def test_a_review_of_many_costs_as_many_queries(service: DigitalService) -> None:
    counts = []
    for number in range(4):
        declared(service, issued(common_name=f"ror-{number}"))
        operations.review_all(at=NIGHT + timedelta(days=2 * number))
        counts.append(asked(NIGHT + timedelta(days=2 * number + 1)))
    assert max(counts) - min(counts) <= 2  # what is judged in full is dated, what is new in it is written: one each
    assert counts[-1] <= 40


def test_the_clock_reviews_and_the_page_says_when(service: DigitalService) -> None:
    held = declared(service)
    jobs.review_everything(NIGHT)
    assert CertificateReview.objects.count() == 1
    browser = entered(AgentFactory(roles=[StaffRole.SECURITY_OFFICER]))
    assert "relu" in browser.get(f"/certificats/{held.reference}/").text
    assert "RC-2026-0001" in browser.get("/certificats/controles/").text


def test_a_review_that_is_killed_goes_on_from_where_it_was(
    service: DigitalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists of two: the worker dies in the second; another one waits for the silence, then reads the rest alone."""
    held = [declared(service, issued(common_name=f"ror-{number}")) for number in range(5)]
    chunks = queries.to_review

    def by_two(at: datetime, *, after: int = 0) -> Any:
        return chunks(at, after=after, size=2)

    def killed(at: datetime, *, after: int = 0) -> Any:
        yield next(by_two(at, after=after))
        raise KeyboardInterrupt

    monkeypatch.setattr(queries, "to_review", killed)
    with pytest.raises(KeyboardInterrupt):
        operations.review_all(at=NIGHT)
    monkeypatch.setattr(queries, "to_review", by_two)
    assert operations.review_all(at=NIGHT + timedelta(minutes=5)).ended_at is None  # somebody may still be at it
    assert jobs.resume_review(NIGHT + timedelta(minutes=5)) is None
    later = NIGHT + timedelta(minutes=15)
    jobs.resume_review(later)
    review = CertificateReview.objects.get()
    assert (review.count, review.started_at, review.ended_at) == (5, NIGHT, later)
    read_at = [Certificate.objects.get(pk=one.pk).reviewed_at for one in held]
    assert read_at == [NIGHT, NIGHT, later, later, later]
    assert operations.resume_review(at=later) is None
    actions = ["certificate_reviews.begin", "certificate_reviews.record"]
    assert [AuditEvent.objects.filter(action=action).count() for action in actions] == [1, 1]


def test_a_review_holds_one_list_in_memory_and_asks_as_much_for_clients(
    service: DigitalService,
) -> None:
    """Clients of a proprietary service cost as many queries for one as for three."""
    service.kind = ServiceKind.PROPRIETARY
    service.save()
    counts = []
    for number in ("350054680", "290004324", "350000022"):
        data = issued(identifier=f"1{number}", common_name=number, key=rsa.generate_private_key(65537, 2048))
        client = Client(f"Client {number}", number)
        operations.declare(
            service, environment=Environment.PRODUCTION, data=data, by=member(service.owner), at=AT, client=client
        )
        operations.review_all(at=NIGHT + timedelta(days=2 * len(counts)))
        counts.append(asked(NIGHT + timedelta(days=2 * len(counts) + 1)))
    assert max(counts) - min(counts) <= 2
    assert max(len(chunk) for chunk in queries.to_review(NIGHT, size=2)) == 2
