"""Rounds of checks against real servers on this machine: a web server for lists, `openssl ocsp` for answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from django.core import mail
from django.utils import timezone

from policy.certificates import operations, queries
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.lifecycle import State
from policy.certificates.models import Certificate, CheckRun, TrustAnchor
from policy.certificates.operations import checking
from policy.certificates.revocation import Standing, Trouble
from policy.certificates.trust import AnchorKind
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.outbound import client
from portal.outbox.operations import deliver_due
from tests.factories.accounts import AgentFactory
from tests.factories.certificates import AT, CertificateFactory, issued, pki, trusting, vendor_service
from tests.factories.parameters import setting
from tests.factories.parties import member
from tests.factories.revocation import HOST, Site, authority, point, responder, revocation_list

pytestmark = pytest.mark.django_db
NIGHT = AT + timedelta(hours=17)


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(client, "resolve", lambda host, port: ["127.0.0.1"])
    monkeypatch.setattr(client, "is_reachable", lambda address: True)
    served = Site()
    settings.REVOCATION_ORIGINS = [served.origin]
    trusting()
    yield served
    served.close()


def declared(name: str = "ror.editeur", at: datetime = AT) -> Certificate:
    service = vendor_service() if not Certificate.objects.exists() else Certificate.objects.all()[0].service
    return operations.declare(
        service, environment=Environment.PRODUCTION, data=issued(common_name=name), by=member(service.owner), at=at
    )


def serial(certificate: Certificate) -> int:
    return int(certificate.serial, 16)


def deliver() -> None:
    while deliver_due(timezone.now() + timedelta(days=3650)):
        pass


def test_a_night_tells_the_revoked_from_the_others_and_everybody(site: Site) -> None:
    point(crl_url=f"{site.origin}/a.crl")
    watcher = AgentFactory(roles=[StaffRole.WHITELIST_MANAGER])
    good, bad = declared("un"), declared("deux")
    site.bodies["/a.crl"] = revocation_list([serial(bad)])
    run = operations.check_all(at=NIGHT)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (run.good_count, run.revoked_count, run.unknown_count, run.count) == (1, 1, 0, 2)
    assert (good.state, good.revocation, good.revocation_at) == (State.DECLARED, Standing.GOOD, NIGHT)
    assert (bad.state, bad.revocation, bad.revoked_at) == (State.REVOKED, Standing.REVOKED, AT - timedelta(days=3))
    assert AuditEvent.objects.filter(action="certificates.revoke").count() == 1
    deliver()
    told = {address for sent in mail.outbox for address in sent.to}
    assert watcher.email in told
    assert len([sent for sent in mail.outbox if "révoqué" in sent.subject]) == 2
    assert queries.alarms(at=NIGHT) == []
    assert operations.check_all(at=NIGHT + timedelta(days=1)).count == 1  # the revoked one is done with


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (None, Trouble.UNREACHABLE),
        (b"<html>", Trouble.UNREADABLE),
        (b"\x30" * (operations.MAX_LIST + 1), Trouble.UNREACHABLE),
        ("forged", Trouble.FORGED),
        ("stale", Trouble.STALE),
    ],
)
def test_a_list_in_trouble_is_unknown_and_raises_an_alarm(site: Site, body: Any, trouble: Trouble) -> None:
    anchor = point(crl_url=f"{site.origin}/a.crl")
    other = pki().authorities[next(key for key in pki().authorities if key[0] != "PROD")]
    made = {"forged": lambda: revocation_list(signer=other), "stale": lambda: revocation_list(next_at=AT)}
    if body is not None:
        site.bodies["/a.crl"] = made[body]() if isinstance(body, str) else body
    held = declared()
    Certificate.objects.update(revocation=Standing.GOOD)  # what an older night said no longer counts
    run = operations.check_all(at=NIGHT)
    held.refresh_from_db()
    assert (held.revocation, run.unknown_count) == (Standing.UNKNOWN, 1)
    assert run.readings.get().trouble == trouble
    assert next(alarm.title for alarm in queries.alarms(at=NIGHT)).startswith(anchor.name)
    verdict = next(check for check in queries.verdict(held, at=NIGHT).checks if check.name == "revocation")
    assert verdict.outcome == "unavailable"


def test_an_alarm_is_mailed_to_the_agency_each_night(site: Site) -> None:
    point(crl_url=f"{site.origin}/a.crl")
    watcher = AgentFactory(roles=[StaffRole.SECURITY_OFFICER])
    declared()
    operations.check_all(at=NIGHT)
    deliver()
    [digest] = [sent for sent in mail.outbox if "contrôle incomplet" in sent.subject]
    assert digest.to == [watcher.email]
    assert "injoignable" in digest.body


def test_only_allowed_origins_are_called(site: Site, settings: Any) -> None:
    settings.REVOCATION_ORIGINS = ["http://ailleurs.exemple.fr"]
    point(crl_url=f"{site.origin}/a.crl", ocsp_url=f"{site.origin}/ocsp")
    declared()
    run = operations.check_waiting(at=NIGHT)
    assert run is not None
    assert {reading.trouble for reading in run.readings.all()} == {Trouble.FORBIDDEN}
    assert site.asked == []


def test_addresses_inside_the_certificate_are_never_called(site: Site) -> None:
    held = declared()  # it names a list and a responder of its own
    run = operations.check_all(at=NIGHT)
    held.refresh_from_db()
    assert (held.revocation, run.not_asked_count, site.asked) == (Standing.NOT_ASKED, 1, [])


def test_new_certificates_are_checked_once_and_again_when_asked(site: Site) -> None:
    point(crl_url=f"{site.origin}/a.crl")
    site.bodies["/a.crl"] = revocation_list()
    held = declared()
    assert operations.check_waiting(at=NIGHT) is not None
    assert operations.check_waiting(at=NIGHT) is None
    held.refresh_from_db()
    assert held.revocation == Standing.GOOD
    operations.ask_check(held, by=held.declared_by, at=NIGHT)
    assert operations.check_waiting(at=NIGHT) is not None
    assert CheckRun.objects.filter(is_complete=False).count() == 2


def test_a_withdrawn_authority_leaves_its_certificates_unasked(site: Site) -> None:
    anchor = point(crl_url=f"{site.origin}/a.crl")
    declared()
    type(anchor).objects.filter(pk=anchor.pk).update(state="withdrawn")
    assert operations.check_all(at=NIGHT).not_asked_count == 1


def test_a_round_reads_by_chunks_with_as_many_queries_per_chunk(site: Site, django_assert_max_num_queries: Any) -> None:
    anchor = point(crl_url=f"{site.origin}/a.crl")
    site.bodies["/a.crl"] = revocation_list()
    service = vendor_service()
    CertificateFactory.create_batch(
        30, service=service, issuer_digest=anchor.subject_digest, declared_by=member(service.owner)
    )
    with django_assert_max_num_queries(40):
        assert operations.check_all(at=NIGHT).good_count == 30


def test_openssl_responder_is_understood(site: Site, settings: Any, tmp_path: Path) -> None:
    now = timezone.now()
    good, bad, unknown = (declared(name) for name in ("bon", "révoqué", "absent"))
    loaded = {one.pk: x509.load_pem_x509_certificate(one.pem.encode()) for one in (good, bad)}
    with responder(tmp_path, [loaded[bad.pk]], [loaded[good.pk]]) as port:
        settings.REVOCATION_ORIGINS = [f"http://{HOST}:{port}"]
        point(ocsp_url=f"http://{HOST}:{port}/")
        run = operations.check_waiting(at=now)
    assert run is not None
    found = dict(Certificate.objects.values_list("pk", "revocation"))
    assert found == {good.pk: Standing.GOOD, bad.pk: Standing.REVOKED, unknown.pk: Standing.UNKNOWN}
    assert [reading.trouble for reading in run.readings.all()] == [""]


def test_a_dead_responder_is_asked_once_and_says_nothing_good(site: Site) -> None:
    point(ocsp_url=f"{site.origin}/ocsp")
    declared("un")
    declared("deux")
    run = operations.check_waiting(at=NIGHT)
    assert run is not None
    assert (run.unknown_count, run.good_count, site.asked) == (2, 0, ["/ocsp"])


def test_a_night_without_list_falls_back_on_the_responder(site: Site, settings: Any, tmp_path: Path) -> None:
    held = declared()
    with responder(tmp_path, [], [x509.load_pem_x509_certificate(held.pem.encode())]) as port:
        settings.REVOCATION_ORIGINS = [f"http://{HOST}:{port}", site.origin]
        point(crl_url=f"{site.origin}/absente.crl", ocsp_url=f"http://{HOST}:{port}/")
        run = operations.check_all(at=timezone.now())
    held.refresh_from_db()
    assert held.revocation == Standing.GOOD
    assert sorted(reading.trouble for reading in run.readings.all()) == ["", Trouble.UNREACHABLE]


@pytest.mark.parametrize(
    ("revoked", "standing"), [(True, Standing.REVOKED), (False, Standing.GOOD), (None, Standing.UNKNOWN)]
)
def test_the_authority_itself_is_asked_of_its_root(site: Site, revoked: bool | None, standing: Standing) -> None:
    """A revoked authority is an alarm and a mail, told once; nothing falls by itself."""
    watcher, held = AgentFactory(roles=[StaffRole.SECURITY_OFFICER]), declared()
    root, below = pki().authorities[Hierarchy.PROD, AnchorKind.ROOT], authority()
    TrustAnchor.objects.filter(name=root.anchor.name).update(crl_url=f"{site.origin}/racine.crl")
    if revoked is not None:
        serials = [below.certificate.serial_number] if revoked else []
        site.bodies["/racine.crl"] = revocation_list(serials, signer=root, next_at=AT + timedelta(days=9))
    for day in (0, 1):
        operations.check_all(at=NIGHT + timedelta(days=day))
    anchor = TrustAnchor.objects.get(name=below.anchor.name)
    assert anchor.revocation == standing
    deliver()
    told = [sent for sent in mail.outbox if "Autorité révoquée" in sent.subject]
    assert [sent.to for sent in told] == ([[watcher.email]] if revoked else [])
    assert AuditEvent.objects.filter(action="anchors.see_revoked").count() == bool(revoked)
    titles = [alarm.title for alarm in queries.alarms(at=NIGHT)]
    assert any(title.startswith(f"{anchor.name} : ") for title in titles) == (standing is not Standing.GOOD)
    held.refresh_from_db()
    assert held.state == State.DECLARED


def listed_round(at: datetime) -> CheckRun | None:
    return operations.check_listed(Certificate.objects.all(), at=at)


def test_the_published_list_is_asked_about_each_period(site: Site) -> None:
    point(crl_url=f"{site.origin}/a.crl")
    held = declared()
    site.bodies["/a.crl"] = revocation_list()
    operations.check_all(at=AT)
    assert listed_round(AT + timedelta(minutes=59)) is None  # the night was less than an hour ago
    run = listed_round(AT + timedelta(minutes=60))
    assert run is not None
    assert (run.is_listed, run.is_complete, run.good_count) == (True, False, 1)
    assert listed_round(AT + timedelta(minutes=119)) is None
    setting("certificates.revocation_minutes", 5, at=AT + timedelta(minutes=100))
    site.bodies["/a.crl"] = revocation_list([serial(held)], issued_at=AT + timedelta(minutes=110))
    assert listed_round(AT + timedelta(minutes=120)) is not None
    held.refresh_from_db()
    assert held.state == State.REVOKED
    assert listed_round(AT + timedelta(minutes=180)) is None  # nothing is left to ask about


def test_a_source_that_fails_between_two_nights_is_unknown_and_told_once(site: Site) -> None:
    point(crl_url=f"{site.origin}/a.crl")
    AgentFactory(roles=[StaffRole.SECURITY_OFFICER])
    held = declared()
    site.bodies["/a.crl"] = revocation_list()
    listed_round(AT)
    del site.bodies["/a.crl"]
    for hour in (1, 2, 3):
        assert listed_round(AT + timedelta(hours=hour)) is not None
    held.refresh_from_db()
    assert held.revocation == Standing.UNKNOWN
    deliver()
    assert len([sent for sent in mail.outbox if "contrôle incomplet" in sent.subject]) == 1
    assert {alarm.title for alarm in queries.alarms(at=AT + timedelta(hours=3))} >= {"Révocation inconnue"}
    titles = {alarm.title for alarm in queries.alarms(at=AT + timedelta(hours=7))}
    assert "Contrôle de la liste publiée en retard" in titles


def test_an_older_list_served_again_says_nothing(site: Site) -> None:
    """Still in its dates, but older than the last one relied upon: it may hide a revocation."""
    point(crl_url=f"{site.origin}/a.crl")
    held = declared()
    site.bodies["/a.crl"] = revocation_list(issued_at=AT - timedelta(hours=1))
    listed_round(AT)
    site.bodies["/a.crl"] = revocation_list(issued_at=AT - timedelta(hours=2))
    run = listed_round(AT + timedelta(hours=1))
    assert run is not None
    assert run.readings.get().trouble == Trouble.STALE
    held.refresh_from_db()
    assert held.revocation == Standing.UNKNOWN


@pytest.mark.parametrize(("bound", "value", "good"), [("MAX_ASKED", 2, 2), ("ASKING_SECONDS", -1.0, 0)])
def test_many_are_asked_of_a_responder_within_its_bounds(
    site: Site, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: float, good: int
) -> None:
    """The list fails, the responder is asked of two only, or its time is over: the others are unknown, never good."""
    monkeypatch.setattr(checking, bound, value)
    held = [declared(name) for name in ("un", "deux", "trois")]
    with responder(tmp_path, [], [x509.load_pem_x509_certificate(one.pem.encode()) for one in held]) as port:
        settings.REVOCATION_ORIGINS = [f"http://{HOST}:{port}", site.origin]
        point(crl_url=f"{site.origin}/absente.crl", ocsp_url=f"http://{HOST}:{port}/")
        run = listed_round(timezone.now())
    assert run is not None
    assert (run.good_count, run.unknown_count) == (good, 3 - good)
    held[2].refresh_from_db()
    assert held[2].revocation_sentence == checking.NOT_ASKED_YET  # the responder answered all it was asked


@pytest.mark.parametrize("trouble", [Trouble.STALE, Trouble.FORGED, Trouble.UNREACHABLE])
def test_an_openssl_responder_in_trouble_says_nothing_good(
    site: Site, settings: Any, tmp_path: Path, trouble: Trouble
) -> None:
    """Its answers are a week old, signed by another authority, or it is gone."""
    held, now = declared(), timezone.now()
    signer = authority(Hierarchy.TEST) if trouble is Trouble.FORGED else None
    with responder(tmp_path, [], [x509.load_pem_x509_certificate(held.pem.encode())], signer=signer) as port:
        settings.REVOCATION_ORIGINS = [f"http://{HOST}:{port}"]
        point(ocsp_url=f"http://{HOST}:{port}/")
        if trouble is not Trouble.UNREACHABLE:
            run = operations.check_all(at=now + timedelta(days=7 if trouble is Trouble.STALE else 0))
    if trouble is Trouble.UNREACHABLE:
        run = operations.check_all(at=now)
    held.refresh_from_db()
    assert (held.revocation, run.readings.get().trouble) == (Standing.UNKNOWN, trouble)
