"""The secret of profile 0: sealed, read once, replaced; never in a dump, a mail, the journal or a page."""

import uuid
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from policy.certificates.environments import Environment
from policy.grants import effects, operations, queries, sealing
from policy.grants.models import ConnectionData, Grant
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditDetail, AuditEvent
from portal.lifecycle.errors import NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from portal.parties.roles import MembershipRole
from tests.factories.accounts import entered
from tests.factories.grants import BEFORE, ConnectionFactory, GrantFactory, agent
from tests.factories.parties import MembershipFactory, member, proved

pytestmark = pytest.mark.django_db
SECRET, OTHER = "Secret-du-serveur-de-jetons-1", "Secret-du-serveur-de-jetons-2"
WHERE = Environment.PRODUCTION


@pytest.fixture
def grant() -> Grant:
    """A right of profile 0 whose client id was handed over."""
    made: Grant = GrantFactory(consumption=True, access_profile=0)
    ConnectionFactory(grant=made)
    return made


@pytest.fixture
def manager() -> User:
    return agent(StaffRole.WHITELIST_MANAGER)


def issued(grant: Grant, by: User, secret: str = SECRET) -> ConnectionData:
    return operations.issue_secret(grant, environment=WHERE, secret=secret, by=by)


def dump() -> str:
    """Everything that the database says of connections, events and messages."""
    rows: list[Any] = []
    for model in (ConnectionData, AuditEvent, AuditDetail, OutboxMessage, OutgoingEmail):
        rows += model._default_manager.values()
    return repr(rows)


def test_a_secret_is_read_once_and_no_dump_ever_shows_it(grant: Grant, manager: User) -> None:
    issued(grant, manager)
    assert SECRET not in dump()
    vendor = member(grant.holder)
    assert operations.read_secret(grant, environment=WHERE, by=vendor) == SECRET
    data = ConnectionData.objects.get()
    assert (data.secret_sealed, data.secret_read_by, data.secret_number) == ("", vendor, 1)
    assert SECRET not in dump()
    with pytest.raises(Refused, match="Aucun secret n’attend"):
        operations.read_secret(grant, environment=WHERE, by=vendor)


def test_a_new_secret_takes_the_place_of_the_former_read_or_not(grant: Grant, manager: User) -> None:
    issued(grant, manager)
    issued(grant, manager, OTHER)
    assert operations.read_secret(grant, environment=WHERE, by=member(grant.holder)) == OTHER
    with pytest.raises(Refused, match="déjà été remis"):
        issued(grant, manager, OTHER)
    assert issued(grant, manager).secret_number == 3


@pytest.mark.parametrize("secret", ["", "court", "a" * 257, "avec une espace dedans", "un\x00caractere-invisible-ici"])
def test_what_cannot_be_a_secret_is_refused(grant: Grant, manager: User, secret: str) -> None:
    with pytest.raises(Refused, match="de 16 à 256 caractères") as refusal:
        issued(grant, manager, secret)
    assert refusal.value.field == "secret"


def test_a_secret_is_for_profiles_without_certificate_once_its_client_id_is_known(manager: User) -> None:
    with pytest.raises(Refused, match="se connecte avec un certificat"):
        issued(GrantFactory(consumption=True), manager)
    with pytest.raises(Refused, match="d’abord l’identifiant client"):
        issued(GrantFactory(consumption=True, access_profile=0), manager)


def test_who_may_hand_over_and_who_may_read(grant: Grant, manager: User) -> None:
    with pytest.raises(NotPermitted):
        issued(grant, agent(StaffRole.REVIEWER))
    with pytest.raises(NotPermitted):
        issued(grant, member(grant.holder))
    issued(grant, manager)
    for person in (manager, member(grant.holder, MembershipRole.READER), MembershipFactory().user):
        with pytest.raises(NotPermitted):
            operations.read_secret(grant, environment=WHERE, by=person)


def test_production_of_profile_0_waits_for_its_secret(grant: Grant, manager: User) -> None:
    assert "secret" in {item.field for item in queries.missing_for(grant, WHERE)}
    issued(grant, manager)
    assert "secret" not in {item.field for item in queries.missing_for(grant, WHERE)}


def test_the_mail_leads_to_the_page_and_never_carries_the_secret(grant: Grant, manager: User) -> None:
    issued(grant, manager)
    member(grant.holder)
    message = Delivery(id=str(uuid.uuid4()), event_id=str(uuid.uuid4()), event_at=BEFORE)
    effects.announce_secret(message, grant_id=grant.pk, environment=WHERE.value)
    mail = OutgoingEmail.objects.get()
    said = repr(OutgoingEmail.objects.values().get())
    assert f"/habilitations/{grant.reference}/secret/production/" in said
    assert SECRET not in said
    assert mail.subject.startswith("Secret à lire")


def test_a_changed_signing_key_says_so_and_a_rotated_one_still_reads(grant: Grant, manager: User) -> None:
    issued(grant, manager)
    vendor, changed = member(grant.holder), "another key of fifty characters, long enough for it"
    with override_settings(SECRET_KEY=changed), pytest.raises(Refused, match="ne peut plus être lu"):
        operations.read_secret(grant, environment=WHERE, by=vendor)
    sealed = sealing.seal(SECRET, ["old"])
    assert sealing.unseal(sealed, ["new", "old"]) == SECRET


def test_the_pages_hand_over_and_show_once(grant: Grant, manager: User) -> None:
    issue, read, shown = (
        reverse(name, args=[grant.reference, WHERE.slug])
        for name in ("grant_secret_issue", "grant_secret", "grant_secret_shown")
    )
    desk, vendor = proved(manager), proved(member(grant.holder))
    assert "pas encore remis de secret" in vendor.get(read).content.decode()
    assert desk.post(issue, {"secret": "court"}).status_code == 422
    answered = desk.post(issue, {"secret": SECRET}, follow=True)
    assert answered.status_code == 200
    assert SECRET not in answered.content.decode()
    assert SECRET not in vendor.get(read).content.decode()
    response = vendor.post(read)
    assert (response.status_code, response["Location"]) == (302, shown)
    assert SECRET in vendor.get(shown).content.decode()
    for again in (vendor.get(shown), vendor.get(read), vendor.get(reverse("grant", args=[grant.reference]))):
        assert SECRET not in again.content.decode()
    assert vendor.post(read).status_code == 422
    assert SECRET not in dump()


def test_the_pages_of_a_secret_do_not_exist_for_others(grant: Grant, manager: User) -> None:
    issued(grant, manager)
    stranger = proved(MembershipFactory().user)
    for name in ("grant_secret", "grant_secret_shown"):
        page = reverse(name, args=[grant.reference, WHERE.slug])
        assert stranger.get(page).status_code == 404
        assert Client().get(page).status_code == 302
    page = reverse("grant_secret", args=[grant.reference, WHERE.slug])
    assert proved(member(grant.holder, MembershipRole.READER)).get(page).status_code == 403
    assert proved(manager).get(page).status_code == 404
    assert entered(member(grant.holder)).get(f"/habilitations/{grant.reference}/secret/ailleurs/").status_code in (
        302,
        404,
    )


@pytest.mark.parametrize("profile", [0, 2])
def test_the_sheet_of_a_right_offers_a_secret_to_profile_0_alone(manager: User, profile: int) -> None:
    right = GrantFactory(consumption=True, access_profile=profile)
    ConnectionFactory(grant=right)
    page = entered(manager).get(reverse("grant", args=[right.reference])).content.decode()
    assert ("Remettre un secret" in page) is (profile == 0)
