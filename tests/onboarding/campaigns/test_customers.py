"""Ordering customers: the vendor joins an attestation, the agency accepts or refuses it, the right holds it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from onboarding.campaigns import customers, effects, operations
from onboarding.campaigns.lifecycle import AttestationState
from onboarding.campaigns.models import OrderingCustomer
from policy.grants.models import Grant
from policy.grants.readiness import Fact
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.registry import Delivery
from portal.parties.roles import MembershipRole
from tests.factories.accounts import entered
from tests.factories.campaigns import RightFactory
from tests.factories.documents import DepositedFileFactory
from tests.factories.grants import agent
from tests.factories.parties import NOW, MembershipFactory, member

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TODAY = paris_date(NOW)


@pytest.fixture
def grant() -> Grant:
    made: Grant = RightFactory(consumption=True)
    return made


@pytest.fixture
def reviewer() -> User:
    return agent(StaffRole.REVIEWER)


def filed(grant: Grant, **changes: Any) -> OrderingCustomer:
    by = changes.pop("by", None) or member(grant.holder)
    given = {
        "name": "Groupement du Centre",
        "service_version": "2.0",
        "signed_on": TODAY - timedelta(days=3),
        "piece": DepositedFileFactory(uploaded_by=by),
        "at": NOW,
    }
    return operations.file_attestation(grant, **(given | changes), by=by)


def test_an_accepted_attestation_is_held_by_the_right(grant: Grant, reviewer: User) -> None:
    customer = filed(grant)
    assert (customer.reference, customer.state) == (f"CO-{NOW.year}-0001", AttestationState.FILED)
    operations.accept_attestation(customer, by=reviewer, at=NOW)
    grant.refresh_from_db()
    assert grant.customer_attestation_ref == f"{customer.reference}, Groupement du Centre"
    assert grant.standings[Fact.ATTESTATION].holds
    with pytest.raises(MoveNotAllowed):
        operations.refuse_attestation(customer, grounds="Trop tard.", by=reviewer)


def test_a_refused_attestation_says_why_and_another_may_follow(grant: Grant, reviewer: User) -> None:
    customer = filed(grant)
    with pytest.raises(Refused, match="attend déjà"):
        filed(grant)
    with pytest.raises(Refused, match="motifs"):
        operations.refuse_attestation(customer, grounds="  ", by=reviewer)
    operations.refuse_attestation(customer, grounds="Le document n’est pas signé.", by=reviewer, at=NOW)
    grant.refresh_from_db()
    assert not grant.standings[Fact.ATTESTATION].holds
    assert filed(grant).state == AttestationState.FILED


@pytest.mark.parametrize("role", [MembershipRole.READER, MembershipRole.CONTRIBUTOR])
def test_those_who_only_read_join_nothing(grant: Grant, role: MembershipRole) -> None:
    with pytest.raises(NotPermitted):
        filed(grant, by=member(grant.holder, role))


def test_only_reviewers_answer(grant: Grant) -> None:
    customer = filed(grant)
    for person in (agent(StaffRole.SECRETARY), member(grant.holder)):
        with pytest.raises(NotPermitted):
            operations.accept_attestation(customer, by=person)


def test_a_feeding_service_has_no_ordering_customer() -> None:
    with pytest.raises(Refused, match="consomme le ROR"):
        filed(RightFactory())


@pytest.mark.parametrize(
    ("number", "field"),
    [("", None), ("732829320", None), ("73282932000074", None), ("123", "number"), ("73282932A", "number")],
)
def test_the_number_of_a_customer_can_exist_or_is_left_out(number: str, field: str | None) -> None:
    found = [name for name, _ in customers.objections(number, TODAY, today=TODAY)]
    assert found == ([field] if field else [])


def test_an_attestation_of_tomorrow_is_refused(grant: Grant) -> None:
    with pytest.raises(Refused, match="après aujourd’hui") as refusal:
        filed(grant, signed_on=TODAY + timedelta(days=1))
    assert refusal.value.field == "signed_on"


@pytest.mark.parametrize(("accepted", "words"), [(True, "a accepté"), (False, "Pièce illisible")])
def test_the_answer_is_written_to_the_vendor(grant: Grant, reviewer: User, accepted: bool, words: str) -> None:
    customer = filed(grant)
    if accepted:
        operations.accept_attestation(customer, by=reviewer)
    else:
        operations.refuse_attestation(customer, grounds="Pièce illisible", by=reviewer)
    effects.answer_attestation(
        Delivery(id=str(uuid.uuid4()), event_id=str(uuid.uuid4()), event_at=NOW), reference=customer.reference
    )
    mail = OutgoingEmail.objects.get()
    assert words in repr(OutgoingEmail.objects.values().get())
    assert customer.reference in mail.subject


def test_the_pages_walk_from_the_piece_to_the_answer(grant: Grant, reviewer: User) -> None:
    vendor, desk = entered(member(grant.holder)), entered(reviewer)
    page = reverse("customer_file", args=[grant.reference])
    given = {"name": "Groupement", "service_version": "2", "signed_on": "2026-01-05"}
    wrong = vendor.post(page, given | {"number": "12"})
    assert wrong.status_code == 422
    assert "Joignez l’attestation signée." in wrong.content.decode()
    piece = SimpleUploadedFile("attestation.pdf", PDF, "application/pdf")
    response = vendor.post(page, given | {"piece": piece}, follow=True)
    customer = OrderingCustomer.objects.get()
    assert response.redirect_chain[0][0] == reverse("customer", args=[customer.reference])
    assert "L’agence l’examine" in response.content.decode()
    assert "Accepter l’attestation" not in response.content.decode()
    assert customer.reference in desk.get(reverse("customers"), {"etat": "filed"}).content.decode()
    refused = desk.post(reverse("customer_refuse", args=[customer.reference]), {"grounds": ""})
    assert refused.status_code == 422
    accepted = desk.post(reverse("customer_accept", args=[customer.reference]), follow=True)
    assert "Acceptée" in accepted.content.decode()
    assert desk.post(reverse("customer_accept", args=[customer.reference])).status_code == 409


@pytest.mark.parametrize("file", [b"", b"MZ\x90\x00 a program", b"%PDF"])
def test_a_file_that_is_no_attestation_is_refused_in_french(grant: Grant, file: bytes) -> None:
    vendor = entered(member(grant.holder))
    given = {"name": "Groupement", "service_version": "2", "signed_on": "2026-01-05"}
    piece = SimpleUploadedFile("attestation.pdf", file, "application/pdf")
    response = vendor.post(reverse("customer_file", args=[grant.reference]), given | {"piece": piece})
    assert response.status_code in (302, 422)
    assert OrderingCustomer.objects.count() == (1 if response.status_code == 302 else 0)
    assert file == b"%PDF" or response.status_code == 422


def test_the_attestation_of_somebody_else_does_not_exist(grant: Grant) -> None:
    customer = filed(grant)
    stranger = entered(MembershipFactory().user)
    pages = [
        reverse("customer_file", args=[grant.reference]),
        *(reverse(name, args=[customer.reference]) for name in ("customer", "customer_accept", "customer_refuse")),
    ]
    assert {stranger.get(page).status_code for page in pages} == {404}
    assert {Client().get(page).status_code for page in pages} == {302}
    assert customer.reference not in stranger.get(reverse("customers")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows):
        filed(RightFactory(consumption=True))
    client = entered(agent(StaffRole.REVIEWER))
    client.get(reverse("customers"))
    with django_assert_num_queries(4):
        client.get(reverse("customers"))
