"""What gateways report is believed from their token alone, written once, and seen by those whom it concerns."""

import hashlib
import ssl
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from policy.certificates import queries as certificates
from policy.certificates.models import Certificate
from policy.gateways import jobs, operations, queries
from policy.gateways.models import Acknowledgement, DayOfCalls, Sighting
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from portal.audit.models import AuditEvent
from portal.tokens.scopes import Scope
from tests.factories.accounts import entered
from tests.factories.parties import member
from tests.factories.tokens import bearer, made
from tests.factories.whitelist import approved, certificate, manager, ready_grant

pytestmark = pytest.mark.django_db
URL, NGINX = "/api/v1/gateways/reports", "/api/v1/gateways/nginx"


@pytest.fixture
def entry() -> WhitelistEntry:
    """An entry in force with two certificates: the former and its successor."""
    grant = ready_grant()
    certificate(grant)
    return approved(grant)


def post(said: Any, header: dict[str, str] | None = None) -> Any:
    header = header or bearer(Scope.GATEWAYS_REPORT)
    return Client().post(URL, orjson.dumps(said), content_type="application/json", headers=header)


def seen(held: Certificate, minutes: int = 0, calls: int = 3) -> dict[str, Any]:
    at = timezone.now() - timedelta(minutes=60 - minutes)
    return {"fingerprint": held.fingerprint, "last_seen_at": at.isoformat(), "calls": calls}


def test_a_report_is_acknowledged_once_for_each_version(entry: WhitelistEntry) -> None:
    header = bearer(Scope.GATEWAYS_REPORT)
    for _ in range(3):
        answer = post({"version": 1}, header)
        assert (answer.status_code, answer.json()) == (200, {"latest_version": 1, "unknown": []})
    assert Acknowledgement.objects.get().applied_version == 1
    assert AuditEvent.objects.filter(action__startswith="gateways.").count() == 1


def test_sightings_add_up_and_never_go_back(entry: WhitelistEntry) -> None:
    held, header = Certificate.objects.earliest("pk"), bearer(Scope.GATEWAYS_REPORT)
    for minutes in (10, 30, 20):
        said = post(
            {"version": 1, "seen": [seen(held, minutes), {**seen(held, minutes), "fingerprint": "ab" * 32}]}, header
        )
        assert said.json()["unknown"] == ["ab" * 32]
    row = Sighting.objects.get()
    assert row.calls == 9
    assert timezone.now() - row.last_at < timedelta(minutes=31)
    [use] = [use for use in certificates.uses_of(held) if "Passerelle" in use.label]
    assert not use.is_blocking


def test_a_short_fingerprint_is_found_without_holding_every_certificate(entry: WhitelistEntry) -> None:
    former, successor = Certificate.objects.order_by("pk")
    der = b"octets of a certificate"
    Certificate.objects.filter(pk=successor.pk).update(pem=ssl.DER_cert_to_PEM_cert(der))
    short = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    with CaptureQueriesContext(connection) as asked:
        assert queries.by_fingerprint("production", [short, former.fingerprint]) == {
            short: successor,
            former.fingerprint: former,
        }
    assert queries.by_fingerprint("sandbox", [short]) == {}
    reading_all = [one["sql"] for one in asked if "entry" in one["sql"]]
    assert reading_all
    assert not any("checks" in sql for sql in reading_all)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"version": 0},
        {"version": 9},
        {"version": "x"},
        {"version": 1, "environment": "lune"},
        {"version": 1, "seen": [{"fingerprint": "zz", "last_seen_at": "2026-01-01T00:00:00Z"}]},
        {"version": 1, "seen": [{"fingerprint": "ab" * 32, "last_seen_at": "2999-01-01T00:00:00Z"}]},
        {"version": 1, "seen": [{"fingerprint": "ab" * 32, "last_seen_at": "hier"}]},
        {"version": 1, "applied_at": "2999-01-01T00:00:00Z"},
        {"version": 1, "applied_at": "0001-01-01T00:00:00"},
        {"version": 1, "seen": [{"fingerprint": "ab" * 20, "last_seen_at": "0001-01-01T00:00:00"}]},
        {"version": 1, "seen": [{"fingerprint": "ab" * 20, "last_seen_at": "2026-01-01T00:00:00Z"}] * 1001},
        [1],
    ],
)
def test_nonsense_is_refused_and_nothing_is_kept(entry: WhitelistEntry, said: Any) -> None:
    answer = post(said)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert not Acknowledgement.objects.exists()


def test_only_a_token_of_this_scope_reports_and_reads_the_file(entry: WhitelistEntry) -> None:
    assert post({"version": 1}, bearer(Scope.WHITELIST_READ)).status_code == 403
    assert Client().post(URL).status_code == 401
    assert Client().get(NGINX, headers=bearer(Scope.GATEWAYS_REPORT)).status_code == 403
    reader = bearer(Scope.WHITELIST_READ)
    assert Client().get(NGINX, headers=reader).headers["Whitelist-Version"] == "1"
    assert Client().get(NGINX, {"comparison": "x"}, headers=reader).status_code == 400
    assert Client().get(NGINX, {"environment": "sandbox"}, headers=reader).status_code == 404


def test_a_revoked_gateway_counts_no_more(entry: WhitelistEntry) -> None:
    from portal.tokens import operations as tokens

    token, text = made(Scope.GATEWAYS_REPORT)
    held = Certificate.objects.earliest("pk")
    assert post({"version": 1, "seen": [seen(held)]}, {"Authorization": f"Bearer {text}"}).status_code == 200
    tokens.revoke(token, by=token.created_by)
    assert queries.applied("production", at=timezone.now()) == []
    assert list(queries.sightings_of(held)) == []


def test_the_same_report_sent_again_counts_once(entry: WhitelistEntry) -> None:
    held, header = Certificate.objects.earliest("pk"), bearer(Scope.GATEWAYS_REPORT)
    first, later = {"version": 1, "seen": [seen(held)]}, {"version": 1, "seen": [seen(held, 5)]}
    for said in (first, first, later, first):
        assert post(said, header).json() == {"latest_version": 1, "unknown": []}
    assert (Sighting.objects.get().calls, DayOfCalls.objects.get().calls) == (6, 6)
    assert AuditEvent.objects.filter(action__startswith="gateways.").count() == 1
    assert post(first).status_code == 200  # the same words of another gateway are its own
    assert Sighting.objects.count() == 2


def test_a_late_report_sent_again_brings_no_version_back(entry: WhitelistEntry) -> None:
    held, header = Certificate.objects.earliest("pk"), bearer(Scope.GATEWAYS_REPORT)
    former = {"version": 1, "seen": [seen(held)]}
    post(former, header)
    whitelist.publish("production", by=None, at=timezone.now() + timedelta(hours=13))
    post({"version": 2, "seen": [seen(held, 5)]}, header)
    post(former, header)
    assert Acknowledgement.objects.get().applied_version == 2
    assert AuditEvent.objects.filter(action__startswith="gateways.").count() == 2


def test_a_gateway_that_repeats_its_report_is_not_silent(entry: WhitelistEntry) -> None:
    gateway, _ = made(Scope.GATEWAYS_REPORT)
    now, held = timezone.now(), Certificate.objects.earliest("pk")
    saw = [operations.Seen(held.fingerprint, now - timedelta(hours=1), calls=3)]
    for minutes in (0, 10):
        later = now + timedelta(minutes=minutes)
        operations.report(gateway, environment="production", version=1, seen=saw, at=later)
    assert Acknowledgement.objects.get().reported_at == now + timedelta(minutes=10)
    assert Sighting.objects.get().calls == 3
    assert AuditEvent.objects.filter(action__startswith="gateways.").count() == 1
    whitelist.publish("production", by=None, at=now + timedelta(hours=13))
    operations.report(gateway, environment="production", version=2, at=now + timedelta(hours=14))
    operations.report(gateway, environment="production", version=1, seen=saw, at=now + timedelta(hours=15))
    told = Acknowledgement.objects.get()
    assert (told.applied_version, told.reported_at) == (2, now + timedelta(hours=14))


def test_two_machines_of_one_name_hide_no_lag(entry: WhitelistEntry) -> None:
    late, sound = (made(Scope.GATEWAYS_REPORT, name="Façade")[0] for _ in range(2))
    now = timezone.now()
    gone, _ = made(Scope.GATEWAYS_REPORT, name="Façade", expires_at=now + timedelta(hours=15))
    whitelist.publish("production", by=None, at=now + timedelta(hours=13))
    for gateway, version in ((gone, 1), (late, 1), (sound, 2)):
        operations.report(gateway, environment="production", version=version, at=now + timedelta(hours=14))
    told = queries.applied("production", at=now + timedelta(hours=16))
    assert [(one.gateway, one.applied_version) for one in told] == [(late, 1), (sound, 2)]
    later = queries.applied("production", at=now + timedelta(days=31))  # every token has expired
    assert [one.gateway for one in later] == [sound]


def test_digests_of_reports_are_kept_a_week(entry: WhitelistEntry) -> None:
    post({"version": 1, "seen": [seen(Certificate.objects.earliest("pk"))]})
    now = timezone.now()
    assert jobs.forget_reports(now + timedelta(days=6)) == 0
    assert jobs.forget_reports(now + timedelta(days=8)) == 1


def test_a_gateway_whose_token_is_replaced_keeps_what_it_saw(entry: WhitelistEntry) -> None:
    from portal.tokens import operations as tokens

    former, text = made(Scope.GATEWAYS_REPORT, name="Façade nationale")
    held = Certificate.objects.earliest("pk")
    post({"version": 1, "seen": [seen(held)]}, {"Authorization": f"Bearer {text}"})
    since = Acknowledgement.objects.get().applied_at
    successor = bearer(Scope.GATEWAYS_REPORT, name="Façade nationale")
    tokens.revoke(former, by=former.created_by)
    [one] = queries.sightings_of(held)
    assert (one.gateway, one.calls) == ("Façade nationale", 3)
    post({"version": 1, "seen": [seen(held, 5, calls=4)]}, successor)
    [one] = queries.sightings_of(held)
    assert one.calls == 7
    [told] = queries.applied("production", at=timezone.now())
    assert (told.gateway.name, told.applied_version, told.applied_at) == ("Façade nationale", 1, since)
    [use] = [use for use in certificates.uses_of(held) if "Passerelle" in use.label]
    assert "Façade nationale" in use.label


def test_the_page_closes_on_evidence_and_a_second_person_approves(entry: WhitelistEntry) -> None:
    former, successor = Certificate.objects.order_by("pk")
    page, client = f"/liste-blanche/{entry.reference}/renouvellement/", entered(manager())
    header = bearer(Scope.GATEWAYS_REPORT)
    post({"version": 1, "seen": [seen(former, 10)]}, header)
    refused = client.post(page, {"certificate": former.reference})
    assert refused.status_code == 422
    assert "Aucune passerelle" in refused.content.decode()
    post({"version": 1, "seen": [seen(successor, 20)]}, header)
    assert "Proposer sa fermeture" in client.get(page).content.decode()
    assert client.post(page, {"certificate": former.reference}).status_code == 302
    proposal = WhitelistEntry.objects.get(state="proposed")
    assert [one.certificate for one in proposal.certificates.all()] == [successor]
    assert entered(manager()).post(page, {"certificate": "CE-INCONNU"}).status_code == 422


def test_a_certificate_that_expired_meanwhile_does_not_keep_another_from_closing(entry: WhitelistEntry) -> None:
    former, expired = Certificate.objects.order_by("pk")
    successor = certificate(entry.grant)
    rows = [Certificate.objects.get(pk=one.pk) for one in (former, expired, successor)]
    renewed = whitelist.propose(
        entry.grant, environment="production", certificates=[one.reference for one in rows], by=manager()
    )
    whitelist.approve(renewed, by=manager())
    Certificate.objects.filter(pk=expired.pk).update(not_after=timezone.now() - timedelta(minutes=1))
    header = bearer(Scope.GATEWAYS_REPORT)
    post({"version": 1, "seen": [seen(former, 10), seen(successor, 20)]}, header)
    closed = operations.propose_closing(renewed, former.reference, by=manager(), at=timezone.now())
    assert [one.certificate for one in closed.certificates.all()] == [successor]


def test_reports_are_written_in_one_order(entry: WhitelistEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(operations, "_count", lambda gateway, held, one: written.append(one.fingerprint))
    for order in (1, -1):
        rows = sorted(Certificate.objects.all(), key=lambda one: one.fingerprint)[::order]
        assert post({"version": 1, "seen": [seen(one) for one in rows]}).status_code == 200
    assert written == sorted(written[:2]) * 2


def test_the_vendor_reads_which_gateways_apply_his_right(entry: WhitelistEntry) -> None:
    page, vendor = f"/habilitations/{entry.grant.reference}/acces/", entered(member(entry.grant.holder))
    assert "Passerelles" not in vendor.get(page).content.decode()
    post({"version": 1}, bearer(Scope.GATEWAYS_REPORT, name="Façade nationale"))
    said = vendor.get(page).content.decode()
    assert "Façade nationale l’applique" in said
    whitelist.publish("production", by=None, at=timezone.now() + timedelta(hours=13))
    assert "Façade nationale l’applique" in vendor.get(page).content.decode()


def test_a_token_bound_to_the_sandbox_neither_reads_nor_reports_production(entry: WhitelistEntry) -> None:
    header = bearer(Scope.GATEWAYS_REPORT, Scope.WHITELIST_READ, environments=["sandbox"])
    calls = "/api/v1/gateways/client-calls"
    for path in (NGINX, "/api/v1/whitelist", "/api/v1/whitelist/1"):
        refused = Client().get(path, headers=header | {"If-None-Match": "*"})
        assert (refused.status_code, "« bac à sable »" in refused.json()["detail"]) == (403, True)
        assert Client().get(path, {"environment": "sandbox"}, headers=header).status_code == 404  # nothing published
    for path, said in ((URL, {"version": 1}), (calls, {"days": []})):
        data = orjson.dumps(said)
        refused = Client().post(path, data, content_type="application/json", headers=header)
        assert (refused.status_code, "« bac à sable »" in refused.json()["detail"]) == (403, True)
    assert not Acknowledgement.objects.exists()
    data = orjson.dumps({"environment": "sandbox", "days": []})
    assert Client().post(calls, data, content_type="application/json", headers=header).status_code == 200
