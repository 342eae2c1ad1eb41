"""Servers' certificates of IGC-Santé are asked about in the rounds of the clients': same sources, same clock, same rule."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from django.core import mail
from django.utils import timezone

from policy.certificates import jobs
from policy.certificates import operations as certificates
from policy.certificates import queries as certificates_read
from policy.certificates.checks import Check, Outcome
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate, CheckRun
from policy.certificates.offers import Offer
from policy.certificates.revocation import Answer, Standing, Trouble
from policy.servers import authorities, operations, queries
from policy.servers.judgement import Origin
from policy.servers.models import ServerCertificate
from policy.servers.operations import watching
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.outbound import client
from portal.outbox.operations import deliver_due
from portal.parties.models import DigitalService
from tests.factories.accounts import AgentFactory, entered
from tests.factories.certificates import AT, issued, trusting, vendor_service
from tests.factories.parties import member
from tests.factories.revocation import HOST as SOURCE
from tests.factories.revocation import Site, authority, point, responder, revocation_list
from tests.factories.servers import public, server

pytestmark = pytest.mark.django_db
PRODUCTION, HOST = Environment.PRODUCTION, "ror.editeur.exemple.fr"
NIGHT = AT + timedelta(hours=17)


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(client, "resolve", lambda host, port: ["127.0.0.1"])
    monkeypatch.setattr(client, "is_reachable", lambda address: True)
    monkeypatch.setattr(authorities, "store", lambda: public().store())
    served = Site()
    settings.REVOCATION_ORIGINS = [served.origin]
    trusting()
    point(crl_url=f"{served.origin}/a.crl")
    yield served
    served.close()


def declared(data: bytes = b"") -> ServerCertificate:
    service = DigitalService.objects.first() or vendor_service(url=f"https://{HOST}/fhir")
    data = data or issued(offer=Offer.SSL_SERV, hosts=[HOST], common_name=HOST)
    return operations.declare(service, environment=PRODUCTION, data=data, by=member(service.owner), at=AT)


def number(certificate: ServerCertificate) -> int:
    return x509.load_pem_x509_certificate(certificate.pem.encode()).serial_number


def heard(certificate: ServerCertificate) -> Check:
    certificate.refresh_from_db()
    return next(one for one in queries.verdict(certificate, at=NIGHT) if one.name == "revocation")


def deliver() -> None:
    while deliver_due(timezone.now() + timedelta(days=3650)):
        pass


def test_one_just_declared_is_asked_about_within_the_minute_and_once(site: Site) -> None:
    held = declared()
    assert "n’a pas encore été consultée" in heard(held).sentence
    site.bodies["/a.crl"] = revocation_list()
    jobs.check_those_waiting(NIGHT)
    assert (heard(held).outcome, held.revocation_at) == ("good", NIGHT)
    asked = len(site.asked)
    jobs.check_those_waiting(NIGHT + timedelta(minutes=1))
    assert len(site.asked) == asked
    assert CheckRun.objects.get().good_count == 1


def test_a_revoked_one_is_a_fault_told_once_and_final(site: Site) -> None:
    held, sound = declared(), declared(issued(offer=Offer.SSL_SERV, hosts=[HOST], common_name="autre"))
    site.bodies["/a.crl"] = revocation_list([number(held)])
    run = certificates.check_all(at=NIGHT)
    assert (run.revoked_count, run.good_count) == (1, 1)
    assert (heard(held).outcome, held.fault, heard(sound).outcome) == ("bad", "révocation", "good")
    assert "Certificats à corriger" in [alarm.title for alarm in certificates_read.alarms(at=NIGHT)]
    operations.review(at=NIGHT + timedelta(hours=1))  # the nightly reading forgets nothing of it
    site.bodies.clear()
    assert certificates.check_all(at=NIGHT + timedelta(days=1)).count == 1  # the revoked one is asked no more
    assert (heard(held).outcome, held.revocation) == ("bad", Standing.REVOKED)
    assert AuditEvent.objects.filter(action="servers.find_fault").count() == 1
    deliver()
    [told] = [sent for sent in mail.outbox if held.reference in sent.body]
    assert "Révoqué par son autorité" in told.body
    page = entered(AgentFactory(roles=[StaffRole.REVIEWER])).get(f"/certificats/serveurs/{held.reference}/")
    assert "Révoqué par son autorité" in page.content.decode()


def test_an_answer_that_comes_during_the_nightly_reading_is_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    held, reading = declared(), watching._found

    def answered_meanwhile(*given: Any, **named: Any) -> Any:
        found = reading(*given, **named)
        operations.keep_answers([(held.pk, Answer(Standing.REVOKED, "Révoqué par son autorité."))], at=NIGHT)
        return found

    monkeypatch.setattr(watching, "_found", answered_meanwhile)
    assert operations.review(at=NIGHT) == 1
    assert (heard(held).outcome, held.fault, held.reviewed_at) == ("bad", "révocation", NIGHT)
    assert AuditEvent.objects.filter(action="servers.find_fault").count() == 1


def test_a_fault_read_while_answers_are_kept_stays(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    first, other = declared(), declared(issued(offer=Offer.SSL_SERV, hosts=[HOST], common_name="autre"))
    judged = queries.with_revocation
    bad = Check("host", "Nom du serveur", Outcome.BAD, "Pas ce serveur.", "Déposez le bon.").as_json()

    def read_meanwhile(certificate: ServerCertificate, *given: Any, **named: Any) -> Any:
        if certificate.pk == first.pk:
            ServerCertificate.objects.filter(pk=other.pk).update(checks=[bad], fault="nom du serveur")
        return judged(certificate, *given, **named)

    monkeypatch.setattr(queries, "with_revocation", read_meanwhile)
    good = Answer(Standing.GOOD, "Non révoqué.")
    operations.keep_answers([(first.pk, good), (other.pk, good)], at=NIGHT)
    other.refresh_from_db()
    assert (other.fault, other.revocation, other.checks) == ("nom du serveur", Standing.GOOD, [bad])


@pytest.mark.parametrize("body", [None, b"<html>", "stale"])
def test_a_source_in_trouble_is_unknown_never_good_and_an_alarm(site: Site, body: Any) -> None:
    watcher, held = AgentFactory(roles=[StaffRole.SECURITY_OFFICER]), declared()
    ServerCertificate.objects.update(revocation=Standing.GOOD)  # what an older night said no longer counts
    if body is not None:
        site.bodies["/a.crl"] = revocation_list(next_at=AT) if body == "stale" else body
    assert certificates.check_all(at=NIGHT).unknown_count == 1
    assert (heard(held).outcome, held.revocation, held.fault) == ("unavailable", Standing.UNKNOWN, "")
    assert "Révocation inconnue" in [alarm.title for alarm in certificates_read.alarms(at=NIGHT)]
    deliver()
    assert [sent.to for sent in mail.outbox if "contrôle incomplet" in sent.subject] == [[watcher.email]]


def test_openssl_responder_is_asked_for_the_one_just_declared(site: Site, settings: Any, tmp_path: Any) -> None:
    held, now = declared(), timezone.now()
    loaded = x509.load_pem_x509_certificate(held.pem.encode())
    with responder(tmp_path, [loaded], []) as port:
        settings.REVOCATION_ORIGINS = [f"http://{SOURCE}:{port}"]
        point(ocsp_url=f"http://{SOURCE}:{port}/")
        jobs.check_those_waiting(now)
    assert (heard(held).outcome, held.revocation) == ("bad", Standing.REVOKED)


def test_addresses_that_are_not_allowed_are_not_called(site: Site, settings: Any) -> None:
    settings.REVOCATION_ORIGINS = []
    held = declared()
    jobs.check_those_waiting(NIGHT)
    assert site.asked == []
    assert heard(held).outcome == "unavailable"
    assert CheckRun.objects.get().readings.get().trouble == Trouble.FORBIDDEN


def test_a_public_authority_is_not_asked_and_says_so(site: Site) -> None:
    held = declared(server(HOST))
    assert held.origin == Origin.PUBLIC
    assert certificates.check_waiting(at=NIGHT) is None
    assert certificates.check_all(at=NIGHT).count == 0
    assert heard(held).outcome == "unavailable"
    assert "n’interroge que les adresses configurées" in heard(held).sentence


def test_an_authority_withdrawn_says_nothing_any_more(site: Site) -> None:
    held, anchor = declared(), point(crl_url=f"{site.origin}/a.crl")
    type(anchor).objects.filter(pk=anchor.pk).update(state="withdrawn")
    assert certificates.check_all(at=NIGHT).not_asked_count == 1
    assert "n’est plus reconnue" in heard(held).sentence


def test_one_round_asks_a_list_once_for_clients_and_servers(site: Site) -> None:
    held = declared()
    client_data = issued(common_name="ror.client")
    certificates.declare(held.service, environment=PRODUCTION, data=client_data, by=member(held.service.owner), at=AT)
    site.bodies["/a.crl"] = revocation_list(signer=authority())
    assert certificates.check_all(at=NIGHT).good_count == 2
    assert site.asked.count("/a.crl") == 1
    assert Certificate.objects.get().revocation == Standing.GOOD
