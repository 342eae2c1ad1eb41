"""Pages that keep certificates alive: deadlines, checks, authorities, proofs, lots, names; who sees and does what."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from policy.certificates import operations, possession
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate, CertificateBatch, DeclaredName, TrustAnchor
from policy.certificates.revocation import Standing
from portal.accounts.roles import StaffRole
from portal.parties.models import DigitalService, ServiceKind
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.certificates import AT, SIRET, CertificateFactory, issued, rsa_key, trusting, vendor_service
from tests.factories.parameters import setting
from tests.factories.parties import DigitalServiceFactory, member
from tests.factories.revocation import authority

pytestmark = pytest.mark.django_db
KEY = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(autouse=True)
def _stage() -> Iterator[None]:
    with time_machine.travel(AT, tick=True):
        trusting()
        yield


def text_of(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode()).replace("\u00a0", " ")  # type: ignore[attr-defined]


def declared(service: DigitalService, **changes: str) -> Certificate:
    where = Environment.PRODUCTION
    return operations.declare(service, environment=where, data=issued(**changes), by=member(service.owner))


def security() -> Client:
    return entered(AgentFactory(roles=[StaffRole.SECURITY_OFFICER]))


def test_deadlines_show_a_vendor_his_own_only() -> None:
    own = CertificateFactory(not_after=AT + timedelta(days=40))
    other = CertificateFactory(not_after=AT + timedelta(days=40))
    page = text_of(entered(member(own.service.owner)).get(reverse("certificate_deadlines")))
    assert own.reference in page
    assert other.reference not in page
    assert "1 certificat expire dans les douze mois, dont 1 sans remplaçant" in page
    assert "<svg" in page
    assert "avril 2026" in page
    assert reverse("certificate_runs") not in page


def test_deadlines_show_agents_all_and_the_alarms() -> None:
    CertificateFactory(not_after=AT + timedelta(days=40), revocation=Standing.UNKNOWN)
    page = text_of(security().get(reverse("certificate_deadlines")))
    assert "Révocation inconnue" in page
    assert reverse("certificate_runs") in page


@pytest.mark.parametrize("count", [1, 3])
def test_deadlines_cost_as_many_queries_for_one_and_three(count: int) -> None:
    CertificateFactory.create_batch(count, not_after=AT + timedelta(days=40))
    client = security()
    client.get(reverse("certificate_deadlines"))
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("certificate_deadlines"))
    assert len(seen) == 12, [query["sql"] for query in seen]


def test_runs_and_authorities_are_for_agents() -> None:
    operations.check_all(at=AT)
    vendor, agent = entered(PersonFactory()), security()
    for name in ("certificate_runs", "trust_anchors"):
        assert vendor.get(reverse(name)).status_code == 404
        assert agent.get(reverse(name)).status_code == 200
    assert "Tous" in text_of(agent.get(reverse("certificate_runs")))


def test_verdict_says_what_gateways_see_and_who_passes_for_it() -> None:
    service = vendor_service()
    one = declared(service, county="Côte-d'Or (21)")
    twin = declared(service, county="Côte-d'Or (21)")
    page = text_of(entered(member(service.owner)).get(reverse("certificate", args=[twin.reference])))
    assert "ST=C\\C3\\B4te-d&#x27;Or (21)" in page
    assert "EMAILADDRESS" not in page
    assert one.reference in page
    assert "ne distingue pas ce certificat d’un autre" in page
    assert "Le nom est identique" in page


def test_collision_with_another_vendor_names_nobody() -> None:
    service = vendor_service()
    own = declared(service)
    other = CertificateFactory(parts_digest=own.parts_digest)
    page = text_of(entered(member(service.owner)).get(reverse("certificate", args=[own.reference])))
    assert "1 certificat d’un autre service" in page
    assert other.reference not in page
    assert other.service.name not in page


def test_a_changed_name_says_what_changes() -> None:
    service = vendor_service()
    declared(service)
    new = declared(service, common_name="nouveau")
    page = text_of(entered(member(service.owner)).get(reverse("certificate", args=[new.reference])))
    assert "Le nom change" in page
    assert 'ror.editeur</span> devient <span class="portal-mono">nouveau' in page


def test_a_check_is_asked_from_the_page() -> None:
    service = vendor_service()
    held = declared(service)
    operations.check_waiting(at=AT)
    client = entered(member(service.owner))
    assert client.post(reverse("certificate_check", args=[held.reference])).status_code == 302
    held.refresh_from_db()
    assert held.check_asked
    assert entered(PersonFactory()).post(reverse("certificate_check", args=[held.reference])).status_code == 404


def test_possession_is_proven_on_its_page(tmp_path: Path) -> None:
    service = vendor_service()
    held = declared(service)
    client, address = entered(member(service.owner)), reverse("certificate_possession", args=[held.reference])
    shown = re.search(r"portail-ror possession [^<]+", client.get(address).content.decode())
    assert shown
    (tmp_path / "defi.txt").write_text(shown[0])
    (tmp_path / "cle-privee.pem").write_bytes(KEY)
    run = subprocess.run(possession.COMMAND, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert client.post(address, {"signature": "AAAA"}).status_code == 200
    assert client.post(address, {"signature": run.stdout}).status_code == 302
    assert "Prouvée le" in text_of(client.get(reverse("certificate", args=[held.reference])))
    assert entered(member(service.owner, MembershipRole.READER)).get(address).status_code == 403


def test_a_lot_leads_to_its_verdicts() -> None:
    service = vendor_service(kind=ServiceKind.PROPRIETARY)
    client, address = (
        entered(member(service.owner)),
        reverse("certificate_batch_declare", args=[service.reference, "production"]),
    )
    assert client.get(address).status_code == 200
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(f"{SIRET}.pem", issued())
        archive.writestr("inconnu.pem", issued(common_name="deux"))
    answer = client.post(address, {"file": SimpleUploadedFile("lot.zip", made.getvalue())}, follow=True)
    page, batch = text_of(answer), CertificateBatch.objects.get()
    assert "1 certificat déclaré, 1 ligne refusée" in page
    assert entered(PersonFactory()).get(reverse("certificate_batch", args=[batch.reference])).status_code == 404
    assert reverse("certificate_batch", args=[batch.reference]) in text_of(client.get(address))
    refused = client.post(address, {"file": SimpleUploadedFile("lot.zip", b"rien")})
    assert (refused.status_code, CertificateBatch.objects.count()) == (200, 1)


def test_lots_exist_for_proprietary_solutions_only() -> None:
    service = vendor_service()
    address = reverse("certificate_batch_declare", args=[service.reference, "production"])
    assert entered(member(service.owner)).get(address).status_code == 404


def test_a_name_is_announced_then_given_up() -> None:
    service = vendor_service()
    client, address = (
        entered(member(service.owner)),
        reverse("declared_name_declare", args=[service.reference, "bac-a-sable"]),
    )
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "ror"}).status_code == 200
    page = text_of(client.post(address, {"name": "CN=ror,C=FR"}, follow=True))
    name = DeclaredName.objects.get()
    assert "Non vérifié" in page
    other = DigitalServiceFactory()
    stranger = entered(member(other.owner))
    assert stranger.post(reverse("declared_name_withdraw", args=[name.reference])).status_code == 404
    gone = client.post(reverse("declared_name_withdraw", args=[name.reference]), follow=True)
    assert name.reference in text_of(gone)
    assert "Noms annoncés" not in text_of(
        client.get(reverse("certificate_declare", args=[service.reference, "bac-a-sable"]))
    )


def proposal() -> dict[str, str]:
    TrustAnchor.objects.filter(hierarchy="PROD", kind="INTERMEDIATE", is_demo=True).delete()
    return {
        "name": "Autorité nouvelle",
        "hierarchy": "PROD",
        "kind": "INTERMEDIATE",
        "pem": authority().anchor.pem,
        "crl_url": "http://igc.exemple.fr/a.crl",
        "reason": "Publication du 2 mars",
    }


def test_an_authority_takes_two_persons() -> None:
    proposer, decider = security(), entered(AgentFactory(roles=[StaffRole.ADMINISTRATOR]))
    answer = proposer.post(reverse("trust_anchor_propose"), proposal())
    made = TrustAnchor.objects.get(name="Autorité nouvelle")
    assert answer["Location"] == reverse("trust_anchor", args=[made.reference])
    assert (made.state, made.is_trusted) == ("proposed", False)
    address = reverse("trust_anchor_decide", args=[made.reference, "reconnaitre"])
    assert proposer.post(address).status_code == 403
    page = text_of(decider.get(reverse("trust_anchor", args=[made.reference])))
    assert "Reconnaître l’autorité" in page
    assert decider.post(address).status_code == 302
    made.refresh_from_db()
    assert made.is_trusted
    assert "Reconnue" in text_of(proposer.get(reverse("trust_anchors")))


def test_a_withdrawal_takes_two_persons_and_says_who_is_affected() -> None:
    service = vendor_service()
    held = declared(service)
    anchor = TrustAnchor.objects.get(fingerprint=TrustAnchor.objects.get(subject_digest=held.issuer_digest).fingerprint)
    proposer, decider = security(), security()
    form = reverse("trust_anchor_withdrawal", args=[anchor.reference])
    assert "1 certificat en vigueur en dépend" in text_of(proposer.get(form))
    assert proposer.post(form, {"reason": "Fin de vie"}).status_code == 302
    anchor.refresh_from_db()
    assert (anchor.state, anchor.is_trusted) == ("leaving", True)
    assert held.reference in text_of(decider.get(reverse("trust_anchor", args=[anchor.reference])))
    decide = reverse("trust_anchor_decide", args=[anchor.reference, "retirer"])
    assert proposer.post(decide).status_code == 403
    assert decider.post(decide).status_code == 302
    anchor.refresh_from_db()
    assert anchor.state == "withdrawn"
    with pytest.raises(operations.NotAcceptable):
        declared(service, common_name="autre")


def test_proposals_may_be_set_aside_or_kept() -> None:
    client = security()
    client.post(reverse("trust_anchor_propose"), proposal())
    made = TrustAnchor.objects.get(name="Autorité nouvelle")
    assert client.post(reverse("trust_anchor_decide", args=[made.reference, "ecarter"])).status_code == 302
    client.post(reverse("trust_anchor_propose"), proposal() | {"name": "Encore"})
    again = TrustAnchor.objects.get(name="Encore")
    assert security().post(reverse("trust_anchor_decide", args=[again.reference, "reconnaitre"])).status_code == 302
    client.post(reverse("trust_anchor_withdrawal", args=[again.reference]), {"reason": "x"})
    assert client.post(reverse("trust_anchor_decide", args=[again.reference, "garder"])).status_code == 302
    again.refresh_from_db()
    assert again.state == "trusted"
    assert client.post(reverse("trust_anchor_decide", args=[again.reference, "autre"])).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"pem": "rien"}, {"pem": issued().decode()}, {"crl_url": "file:///etc/passwd"}, {"ocsp_url": "http://x"}],
)
def test_what_is_no_authority_is_refused_on_the_form(changes: dict[str, str]) -> None:
    answer = security().post(reverse("trust_anchor_propose"), proposal() | changes)
    assert answer.status_code == 200
    assert not TrustAnchor.objects.filter(name="Autorité nouvelle").exists()


def test_other_agents_propose_nothing() -> None:
    reviewer = entered(AgentFactory())
    assert reviewer.get(reverse("trust_anchor_propose")).status_code == 403
    anchor = TrustAnchor.objects.all()[0]
    assert reviewer.get(reverse("trust_anchor_withdrawal", args=[anchor.reference])).status_code == 403


def test_the_page_of_a_revoked_certificate_offers_its_replacement_and_promises_nothing() -> None:
    trusting()
    service = vendor_service()
    held = operations.declare(
        service, environment=Environment.PRODUCTION, data=issued(), by=member(service.owner), at=AT
    )
    vendor = entered(member(service.owner))
    page = f"/certificats/{held.reference}/"
    assert "Elle accepterait" in vendor.get(page).text
    Certificate.objects.filter(pk=held.pk).update(state="revoked", revoked_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    text = text_of(vendor.get(page))
    assert "Elle accepterait" not in text
    assert "aucune passerelle ne doit l’accepter" in text
    assert "Déclarer son remplaçant" in text
    assert "2 mars 2026" in text
    assert "Déclarer son remplaçant" not in entered(AgentFactory()).get(page).text


def test_the_page_of_deposit_says_what_each_test_platform_accepts() -> None:
    trusting()
    service = vendor_service()
    vendor, page = entered(member(service.owner)), f"/services/{service.reference}/certificats/bac-a-sable/"
    assert "que l’IGC-Santé TEST vous a délivré" in vendor.get(page).text
    setting("certificates.platines_hierarchy", "prod", at=AT - timedelta(minutes=1))
    text = vendor.get(page).text
    assert "que l’IGC-Santé PROD ou l’IGC-Santé TEST vous a délivré" in text
    assert "PLATINES accepte : IGC-Santé PROD." in text
    assert "Le bac à sable du ROR accepte : IGC-Santé TEST." in text
