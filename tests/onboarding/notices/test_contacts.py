"""Contacts in doubt: addresses refused for good, whose they are, and what reached nobody."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from onboarding.notices import queries
from portal.mail import effects
from portal.mail.models import OutgoingEmail
from portal.parties import operations as parties
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.parties import LegalEntityFactory, member

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def refused(*addresses: str) -> None:
    """A mail server refuses these addresses for good."""
    effects.note_refused(dict.fromkeys(addresses, (550, b"No such user")), at=AT)


def test_an_address_refused_is_shown_with_its_person_and_who_cannot_be_reached() -> None:
    alone, doubled = LegalEntityFactory(name="Seule"), LegalEntityFactory(name="Doublée", mailbox="boite@exemple.fr")
    refused(
        member(alone, email="Un@exemple.fr").email, member(doubled, email="deux@exemple.fr").email, "tiers@exemple.fr"
    )
    found = {doubt.address: doubt for doubt in queries.contacts_in_doubt()}
    assert found["un@exemple.fr"].alone == ("Seule",)
    assert found["deux@exemple.fr"].alone == ()
    assert found["tiers@exemple.fr"].person == "Contact cité dans un dossier"
    page = entered(AgentFactory()).get(reverse("doubtful_contacts")).content.decode()
    assert "550 No such user" in page
    assert "Aucune autre adresse pour Seule" in page


def test_a_mailbox_refused_is_told_as_such() -> None:
    LegalEntityFactory(name="Boîte seule", mailbox="Boite@exemple.fr")
    refused("boite@exemple.fr")
    [doubt] = queries.contacts_in_doubt()
    assert (doubt.person, doubt.alone) == ("Boîte générique", ("Boîte seule",))


def test_mails_without_anybody_to_go_to_are_shown() -> None:
    from django.utils import timezone

    OutgoingEmail.objects.create(
        message_id="<a@b>", source_id="7f1d2c1e-0000-4000-8000-000000000000", template="x", recipients_digest="0",
        subject="Candidature à compléter : Lits (C-2026-0001)", text="", html="", state="unaddressed", queued_at=timezone.now(),
    )  # fmt: skip
    client = entered(AgentFactory())
    assert "Candidature à compléter : Lits" in client.get(reverse("doubtful_contacts")).content.decode()
    assert entered(PersonFactory()).get(reverse("doubtful_contacts")).status_code == 404


def test_what_is_closed_to_its_reader_is_left_out() -> None:
    closed, other, recused = LegalEntityFactory(name="Fermée"), LegalEntityFactory(name="Ouverte"), AgentFactory()
    refused(member(closed).email, member(other).email, "tiers@exemple.fr")
    parties.close_readings([recused], [closed.pk], source="C-1999-0001", at=AT)
    page = entered(recused).get(reverse("doubtful_contacts")).content.decode()
    assert "Ouverte" in page
    assert "Fermée" not in page
    assert "tiers@exemple.fr" not in page
    assert "cette liste, qui ne dit pas" in page


@pytest.mark.parametrize("count", [1, 3])
def test_doubts_cost_the_same_whatever_their_number(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refused(*(member(LegalEntityFactory()).email for _ in range(count)))
    with django_assert_num_queries(5):
        assert len(queries.contacts_in_doubt()) == count
