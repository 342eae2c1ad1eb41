"""The demonstration plays without a hitch, shows every stage it promises, is the same each time, and every link holds.

The press is replaced (its own tests print), so that the story is told twice within the time of a slow test.
"""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

from onboarding.campaigns.lifecycle import State as CampaignState
from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies.lifecycle import State as CandidacyState
from onboarding.candidacies.models import Candidacy, FieldComment, Message
from onboarding.committee.models import AgendaItem, CommitteeSession
from onboarding.establishments.lifecycle import State as ListState
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.establishments.verdicts import LineVerdict
from onboarding.vendors.models import EntityClaim
from policy.certificates.models import Certificate
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.whitelist.models import Publication, WhitelistEntry
from portal import installation
from portal.audit import queries as audit
from portal.audit.models import AuditEvent
from portal.demo import cast, market, stage
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from portal.outbox.models import OutboxMessage
from portal.parties.models import Invitation, LegalEntity
from portal.tokens.models import ApiToken
from tests.factories.parties import NOW
from tests.factories.world import undone
from tests.roof.crawl import crawl, parts, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

VISIBLE: dict[Any, tuple[str, ...]] = {
    AuditEvent: ("seq", "action", "subject_reference", "at"),
    Candidacy: ("reference", "state", "service__name", "submitted_at"),
    Certificate: ("reference", "subject", "not_after"),
    ListLine: ("list__reference", "typed", "verdict"),
    OutgoingEmail: ("subject", "to", "queued_at", "sent_at", "state"),
    StoredDocument: ("reference", "kind", "title", "issued_at"),
    WhitelistEntry: ("reference", "state", "client_id", "effective_at"),
}


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[dict[str, str]]]:
    """The demonstration told twice, of which the second stays for the tests of this module: what people see of each."""
    press = "portal.documents.printing.render"
    with django_db_blocker.unblock(), time_machine.travel(NOW), undone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, lambda html, **_: b"%PDF-1.7 " + str(len(html)).encode())
        with undone():
            first = tell(NOW)
        yield [first, tell(NOW)]


def tell(now: datetime) -> dict[str, str]:
    """Plays the demonstration; returns the digests of what people see of it."""
    installation.install(stage.opening(now))
    stage.play(now)
    return {
        model.__name__: hashlib.sha256("\n".join(rows(model, columns)).encode()).hexdigest()
        for model, columns in VISIBLE.items()
    }


def rows(model: Any, columns: Iterable[str]) -> list[str]:
    """What is compared of a table; a token's reference is drawn at random, as it must be."""
    found = map(str, model.objects.values_list(*columns))
    return sorted(row for row in found if "tokens.create" not in row)


def test_demonstration_is_whole_and_the_same_each_time(told: list[dict[str, str]]) -> None:
    first, second = told
    assert second == first
    nothing_is_left_behind(NOW)
    every_stage_is_there()
    the_walk_is_still_to_be_done()
    the_past_bears_its_dates(NOW)


def nothing_is_left_behind(now: datetime) -> None:
    """No effect failed, none waits, and the journal holds."""
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    assert not OutboxMessage.objects.pending().exists()
    assert audit.verify().holds
    assert not AuditEvent.objects.filter(at__gt=now).exists()


def every_stage_is_there() -> None:
    """Every state that the story promises, at least once."""
    assert states(Candidacy) == set(CandidacyState)
    assert states(Grant) == set(GrantState)
    assert states(TestCampaign) == set(CampaignState)
    assert states(EstablishmentList) == set(ListState)
    assert states(WhitelistEntry) == {"proposed", "approved", "rejected", "suspended", "withdrawn"}
    assert states(EntityClaim) == {"filed", "verified", "refused"}
    assert Counter(CommitteeSession.objects.values_list("state", flat=True)) == {"held": 2, "convened": 1, "sitting": 1}
    assert AgendaItem.objects.filter(session__state="convened", decisions=None).count() >= 2
    assert StoredDocument.objects.filter(kind="minutes").count() == 2
    assert set(LineVerdict) - set(ListLine.objects.values_list("verdict", flat=True)) <= {
        LineVerdict.REPAIRED,
        LineVerdict.OUT_OF_PERIMETER,
    }
    assert FieldComment.objects.prepared().exists()
    assert FieldComment.objects.sent().exists()
    for model in (Message, Invitation, ApiToken, OutgoingEmail):
        assert model._default_manager.exists(), model
    published = Publication.objects.filter(environment="production").latest("version")
    assert published.set_aside == []
    assert published.count >= 8


def states(model: Any) -> set[str]:
    return set(model.objects.values_list("state", flat=True))


def the_walk_is_still_to_be_done() -> None:
    """Nobody claimed the company of the walk; about thirty others are there, all fictional."""
    assert not LegalEntity.objects.filter(siren=cast.EDITEUR.siren).exists()
    assert LegalEntity.objects.count() >= 30
    assert all(one.email.endswith(".invalid") for one in [*cast.CAST, *market.people()])
    marks = ("fictif", "fictiv", "imaginaire", "exemple", "fictis")
    names = [market.company(rank).name for rank in range(len(market.NAMES))]
    assert [name for name in names if not any(mark in name.casefold() for mark in marks)] == []


def the_past_bears_its_dates(now: datetime) -> None:
    """Documents, mails and journal are spread over the whole history; some certificates are about to end."""
    assert len(StoredDocument.objects.datetimes("issued_at", "month")) >= 5
    assert len(OutgoingEmail.objects.datetimes("sent_at", "month")) >= 5
    ends = [
        (at - now).days
        for at in Certificate.objects.filter(environment="production").values_list("not_after", flat=True)
    ]
    assert any(left < 0 for left in ends)
    assert any(0 <= left <= 7 for left in ends)
    assert any(7 < left <= 30 for left in ends)
    order = list(AuditEvent.objects.order_by("seq").values_list("at", flat=True))
    assert order[-1] <= now
    late = sum(after < before for before, after in itertools.pairwise(order))
    assert late < len(order) / 50  # documents follow what caused them, dated as their cause


@pytest.mark.usefixtures("told")
def test_every_link_leads_somewhere() -> None:
    """As each person of the cast, then as a passer-by: every kind of page, no error, no dead link."""
    broken: list[str] = []
    for key in ["", *parts()]:
        opened = list(crawl(signed_in(key)))
        broken += [page.broken(key) for page in opened if page.status >= 400]
        assert len(opened) >= 5, key
    assert broken == []
