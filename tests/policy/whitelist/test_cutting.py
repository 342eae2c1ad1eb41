"""A certificate seen revoked leaves the published list at once, by itself; nothing else changes."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from policy.certificates import consequences
from policy.certificates import operations as certificates
from policy.certificates.lifecycle import State as CertificateState
from policy.certificates.models import Certificate
from policy.whitelist import jobs, operations, queries
from policy.whitelist.lifecycle import State
from policy.whitelist.models import CertificateCut, Publication, WhitelistEntry
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import Refused
from portal.outbound import client
from tests.factories.accounts import entered
from tests.factories.certificates import trusting
from tests.factories.revocation import Site, point, revocation_list
from tests.factories.whitelist import approved, certificate, manager, proposed, ready_grant

pytestmark = pytest.mark.django_db


def revoke(held: Certificate, at: datetime) -> None:
    Certificate.objects.filter(pk=held.pk).update(state=CertificateState.REVOKED, revoked_at=at)


def published(environment: str = "production") -> dict[str, Any]:
    found = queries.latest_publication(environment)
    assert found is not None
    [entry] = orjson.loads(bytes(found.body))["entries"]
    return dict(entry)


@pytest.fixture
def two(now: datetime) -> tuple[WhitelistEntry, Certificate, Certificate]:
    grant = ready_grant()
    second = certificate(grant)
    entry = approved(grant, at=now)
    first = grant.service.certificates.exclude(pk=second.pk).get()
    return entry, first, second


def test_a_revoked_certificate_leaves_the_list_and_the_other_stays(two: Any, now: datetime) -> None:
    _entry, first, second = two
    assert len(published()["certificates"]) == 2
    revoke(first, now)
    assert consequences.of_revocations(at=now) == 1
    row = published()
    assert [one["sha256"] for one in row["certificates"]] == [second.fingerprint]
    assert row["state"] == "approved"
    assert CertificateCut.objects.get().at == now
    [told] = AuditEvent.objects.filter(action="whitelist.cut")
    assert told.actor_id is None


def test_an_entry_left_without_certificate_admits_nobody(now: datetime) -> None:
    entry = approved(at=now)
    held = Certificate.objects.get(service=entry.grant.service)
    revoke(held, now)
    assert jobs.cut_revoked(now) == 1
    row = published()
    assert (row["state"], len(row["certificates"])) == ("suspended", 1)
    page = entered(manager()).get(f"/habilitations/{entry.grant.reference}/acces/").text
    assert "n’est plus admis" in page
    entry.refresh_from_db()
    assert entry.state == State.APPROVED  # the right stands: another certificate replaces this one without a lifting
    certificate(entry.grant)
    successor = proposed(entry.grant, at=now)
    operations.approve(successor, by=manager(), at=now)
    assert published()["state"] == "approved"


def test_cutting_twice_publishes_once(two: Any, now: datetime) -> None:
    revoke(two[1], now)
    assert [jobs.cut_revoked(now), jobs.cut_revoked(now)] == [1, 0]
    assert Publication.objects.count() == 2


def test_a_proposal_loses_its_revoked_certificate_too(now: datetime) -> None:
    entry = proposed(at=now)
    revoke(Certificate.objects.get(), now)
    assert jobs.cut_revoked(now) == 1
    assert not Publication.objects.exists()
    with pytest.raises(Refused, match="révoqués"):
        operations.approve(entry, by=manager(), at=now)


def test_an_entry_with_one_certificate_left_may_be_reinstated(two: Any, now: datetime) -> None:
    entry, first, second = two
    operations.suspend(entry, grounds="Abus", by=manager(), at=now)
    revoke(first, now)
    jobs.cut_revoked(now)
    assert [one["sha256"] for one in published()["certificates"]] == [second.fingerprint]
    operations.propose_reinstatement(entry, grounds="Réglé", by=manager(), at=now)
    operations.reinstate(entry, by=manager(), at=now)
    assert [one["sha256"] for one in published()["certificates"]] == [second.fingerprint]


def test_what_fails_at_once_is_done_by_the_clock(two: Any, now: datetime, settings: Any, tmp_path: Path) -> None:
    _entry, first, _second = two
    revoke(first, now)
    key, settings.EMBEDDED = settings.PUBLICATION_KEY_FILE, False
    settings.PUBLICATION_KEY_FILE = tmp_path / "absente.pem"
    assert consequences.of_revocations(at=now) == 0  # said to the operators, and nothing half done
    assert not CertificateCut.objects.exists()
    settings.PUBLICATION_KEY_FILE = key
    assert jobs.cut_revoked(now) == 1


def test_the_page_of_the_entry_and_of_the_certificate_say_it(two: Any, now: datetime) -> None:
    entry, first, _second = two
    revoke(first, now)
    jobs.cut_revoked(now)
    browser = entered(manager())
    assert "retranché" in browser.get(f"/liste-blanche/{entry.reference}/").text
    assert "certificat retranché" in browser.get(f"/certificats/{first.reference}/").text


def test_from_the_revocation_list_to_the_published_one(
    two: Any, now: datetime, settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(client, "resolve", lambda host, port: ["127.0.0.1"])
    monkeypatch.setattr(client, "is_reachable", lambda address: True)
    trusting()
    _entry, first, second = two
    site = Site()
    settings.REVOCATION_ORIGINS = [site.origin]
    anchor = point(crl_url=f"{site.origin}/a.crl")
    Certificate.objects.update(issuer_digest=anchor.subject_digest)
    dates = {"issued_at": now - timedelta(hours=1), "next_at": now + timedelta(days=2), "revoked_at": now}
    site.bodies["/a.crl"] = revocation_list([int(first.serial, 16)], **dates)
    certificates.check_all(at=now)
    site.close()
    assert [one["sha256"] for one in published()["certificates"]] == [second.fingerprint]
