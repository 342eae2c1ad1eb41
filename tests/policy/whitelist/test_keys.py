"""The key that signs the list: proposed by one person, put in force by another (requirement AZ-06)."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from policy.whitelist import operations as whitelist
from policy.whitelist import queries
from policy.whitelist.models import SigningKey
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit import signing
from portal.lifecycle.errors import NotPermitted, Refused
from tests.factories.accounts import AgentFactory, entered
from tests.factories.grants import agent
from tests.factories.whitelist import approved, manager

pytestmark = pytest.mark.django_db
PRODUCTION = "production"


def keeper() -> User:
    return agent(StaffRole.SECURITY_OFFICER)


def enforced(grounds: str, now: datetime) -> SigningKey:
    key = whitelist.propose_key(grounds=grounds, by=keeper(), at=now)
    whitelist.enforce_key(key, by=keeper(), at=now)
    return key


@pytest.fixture
def following(settings: LazySettings, tmp_path: Path) -> signing.Signer:
    """A key installed to follow the one in force."""
    settings.PUBLICATION_NEXT_KEY_FILE = tmp_path / "suivante.pem"
    return signing.load(tmp_path / "suivante.pem", create=True)


def test_a_new_key_signs_once_two_persons_put_it_in_force(following: signing.Signer, now: datetime) -> None:
    approved(at=now)
    former, proposer = queries.signer(), keeper()
    key = whitelist.propose_key(grounds="Renouvellement.", by=proposer, at=now)
    whitelist.publish(PRODUCTION, by=None, at=now + timedelta(hours=13))
    assert queries.latest_publication(PRODUCTION).key_id == former.key_id  # type: ignore[union-attr]
    with pytest.raises(NotPermitted, match="une autre personne"):
        whitelist.enforce_key(key, by=proposer, at=now)
    whitelist.enforce_key(key, by=keeper(), at=now + timedelta(hours=14))
    last = queries.latest_publication(PRODUCTION)
    assert last is not None
    assert last.key_id == following.key_id == queries.signer().key_id
    assert signing.verifies(bytes(last.body), last.signature, following.public)


def test_an_administrator_puts_a_key_in_force_over_a_published_list(following: signing.Signer, now: datetime) -> None:
    approved(at=now)
    key = whitelist.propose_key(grounds="Renouvellement.", by=keeper(), at=now)
    whitelist.enforce_key(key, by=agent(StaffRole.ADMINISTRATOR), at=now)
    assert queries.latest_publication(PRODUCTION).key_id == following.key_id  # type: ignore[union-attr]


def test_a_key_without_its_file_is_refused_and_one_in_force_is_replaced_by_the_next(
    following: signing.Signer, settings: LazySettings, tmp_path: Path, now: datetime
) -> None:
    enforced("La première.", now)
    with pytest.raises(Refused, match="PUBLICATION_NEXT_KEY_FILE"):
        whitelist.propose_key(grounds="La même.", by=keeper(), at=now)
    settings.PUBLICATION_KEY_FILE = tmp_path / "suivante.pem"  # the operator moves it
    settings.PUBLICATION_NEXT_KEY_FILE = tmp_path / "troisieme.pem"
    signing.load(tmp_path / "troisieme.pem", create=True)
    gone = whitelist.propose_key(grounds="Perdue.", by=keeper(), at=now)
    (tmp_path / "troisieme.pem").unlink()
    with pytest.raises(Refused, match="n’est plus celle qui est installée"):
        whitelist.enforce_key(gone, by=keeper(), at=now)
    whitelist.reject_key(gone, by=keeper(), at=now)
    signing.load(tmp_path / "troisieme.pem", create=True)
    enforced("La suivante.", now)
    assert sorted(SigningKey.objects.values_list("state", flat=True)) == ["in_force", "rejected", "retired"]
    (tmp_path / "troisieme.pem").unlink()
    with pytest.raises(signing.KeyUnavailable, match="mise en vigueur par deux personnes"):
        queries.signer()


def test_the_database_refuses_one_pair_of_eyes(following: signing.Signer, now: datetime) -> None:
    key = whitelist.propose_key(grounds="Une.", by=keeper(), at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.filter(pk=key.pk).update(state="in_force", decided_by=key.proposed_by)


def test_the_page_of_keys_shows_both_and_the_act_to_who_may(following: signing.Signer, now: datetime) -> None:
    first, second = keeper(), AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    html = entered(first).get("/liste-blanche/cles/").content.decode()
    assert following.key_id in html
    assert queries.signer().key_id in html
    assert "cles/proposer/" in html
    key = whitelist.propose_key(grounds="Renouvellement.", by=first, at=now)
    act = f"/liste-blanche/cles/{key}/mettre-en-vigueur/"
    assert act not in entered(first).get("/liste-blanche/cles/").content.decode()
    assert act in entered(second).get("/liste-blanche/cles/").content.decode()
    assert "cles/proposer/" not in entered(manager()).get("/liste-blanche/cles/").content.decode()
