"""A right entered by name alone: in the sandbox freely, in production by setting, until its certificate is seen."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate, DeclaredName
from policy.grants.models import Grant
from policy.profiles.rulebook import EMPTY
from policy.verdicts import index
from policy.whitelist import jobs, operations, queries
from policy.whitelist.models import WhitelistEntry
from portal.lifecycle.errors import Incomplete, Refused
from tests.factories.accounts import entered
from tests.factories.certificates import issued, trusting
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.parameters import setting
from tests.factories.parties import member
from tests.factories.whitelist import approved, manager, ready_grant

pytestmark = pytest.mark.django_db
SANDBOX, PRODUCTION = Environment.SANDBOX, Environment.PRODUCTION
NAME = "CN=ror.editeur,OU=318751275100020,O=EDITEUR,ST=Paris (75),C=FR"


def right(environment: Environment) -> Grant:
    """A right without any certificate, whose vendor is the one that certificates of tests name."""
    trusting()
    grant = GrantFactory(ready=True)
    grant.holder.siren = "187512751"
    grant.holder.save()
    ConnectionFactory(grant=grant, environment=environment)
    return grant


def announced(grant: Grant, environment: Environment, at: datetime) -> DeclaredName:
    return certificates.declare_name(grant.service, environment=environment, text=NAME, by=member(grant.holder), at=at)


def published(environment: Environment) -> dict[str, Any]:
    found = queries.latest_publication(environment)
    assert found is not None
    assert found.set_aside == []
    [entry] = orjson.loads(bytes(found.body))["entries"]
    return dict(entry)


def entered_by_name(now: datetime) -> tuple[Grant, WhitelistEntry]:
    grant = right(SANDBOX)
    announced(grant, SANDBOX, now)
    return grant, approved(grant, environment=SANDBOX, at=now)


def declared(grant: Grant, hierarchy: Hierarchy, environment: Environment, at: datetime) -> Certificate:
    start = at - timedelta(days=1)
    return certificates.declare(
        grant.service, environment=environment, data=issued(hierarchy, at=start), by=member(grant.holder), at=at
    )


def test_a_sandbox_entry_bears_the_name_flagged_unverified(now: datetime) -> None:
    _, entry = entered_by_name(now)
    row = published(SANDBOX)
    assert (row["certificates"], row["names"], row["state"]) == (
        [], [{"subject": NAME, "verified": False}], "approved",
    )  # fmt: skip
    browser = entered(manager())
    assert NAME in browser.get(f"/liste-blanche/{entry.reference}/").text
    assert "Nom non vérifié" in browser.get(f"/habilitations/{entry.grant.reference}/acces/").text


def test_readers_of_fingerprints_still_know_its_client_id(now: datetime) -> None:
    _grant, _ = entered_by_name(now)
    found = queries.latest_publication(SANDBOX)
    assert found is not None
    made = index.build(orjson.loads(bytes(found.body)), EMPTY)
    assert made.faults == ()
    assert len(made.by_client_id) == 1


def test_the_certificate_takes_the_place_of_the_name_once_it_is_seen(now: datetime) -> None:
    grant, _entry = entered_by_name(now)
    held = declared(grant, Hierarchy.TEST, SANDBOX, now)
    assert [jobs.see_names(now), jobs.see_names(now)] == [1, 0]
    row = published(SANDBOX)
    assert [one["sha256"] for one in row["certificates"]] == [held.fingerprint]
    assert "names" not in row
    Certificate.objects.filter(pk=held.pk).update(state="revoked", revoked_at=now)
    jobs.cut_revoked(now)
    assert published(SANDBOX)["state"] == "suspended"  # its name admits nobody any more


def test_a_name_given_up_admits_nobody(now: datetime) -> None:
    grant, _ = entered_by_name(now)
    certificates.withdraw_name(DeclaredName.objects.get(), by=member(grant.holder), at=now)
    operations.publish(SANDBOX, by=None, at=now)
    assert published(SANDBOX)["state"] == "suspended"


def test_production_asks_for_a_setting_when_proposed_and_when_approved(now: datetime) -> None:
    grant = right(PRODUCTION)
    with pytest.raises(Refused, match="En production"):
        announced(grant, PRODUCTION, now)
    setting("whitelist.name_only_in_production", True, at=now)
    announced(grant, PRODUCTION, now)
    entry = operations.propose(grant, environment=PRODUCTION, by=manager(), at=now)
    assert entry.names.get().subject == NAME
    later = now + timedelta(hours=1)
    setting("whitelist.name_only_in_production", False, at=later)
    with pytest.raises(Refused, match="n’admet plus"):
        operations.approve(entry, by=manager(), at=later)


def test_without_name_nor_certificate_nothing_is_proposed(now: datetime) -> None:
    grant = right(SANDBOX)
    with pytest.raises(Incomplete) as refused:
        operations.propose(grant, environment=SANDBOX, by=manager(), at=now)
    assert [item.field for item in refused.value.missing] == ["certificates"]


def test_a_certificate_seen_leaves_names_aside(now: datetime) -> None:
    grant = ready_grant()
    entry = approved(grant, at=now)
    assert not entry.names.exists()
    assert "names" not in published(PRODUCTION)


def test_the_page_of_the_proposal_says_that_nothing_was_seen(now: datetime) -> None:
    grant = right(SANDBOX)
    announced(grant, SANDBOX, now)
    browser = entered(manager())
    page = f"/habilitations/{grant.reference}/inscrire/bac-a-sable/"
    assert "Aucun certificat n’a été vu" in browser.get(page).text
    assert browser.post(page, {"url": "https://ror.exemple.fr/"}).status_code == 302
    assert WhitelistEntry.objects.get().names.count() == 1
