"""The change of an authority: who is affected, how far it has come, and nothing cut by a date."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from policy.certificates import operations as certificates
from policy.certificates.environments import Hierarchy
from policy.certificates.lifecycle import AnchorState
from policy.certificates.models import Certificate, TrustAnchor
from policy.certificates.trust import AnchorKind
from policy.rollovers import operations, progress, queries
from policy.rollovers.models import Rollover
from policy.rollovers.progress import Standing
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.operations import deliver_due
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.certificates import AT, CertificateFactory, pki, trusting
from tests.factories.parties import member

pytestmark = pytest.mark.django_db
LATER = date(2027, 3, 31)
SOON = AT + timedelta(days=1)


def leader() -> User:
    return AgentFactory(roles=[StaffRole.SECURITY_OFFICER])


def deliver() -> None:
    while deliver_due(timezone.now() + timedelta(days=3650)):
        pass


@pytest.fixture
def anchor() -> TrustAnchor:
    """The demonstration's PROD authority, which issues certificates."""
    trusting()
    name = pki().authorities[Hierarchy.PROD, AnchorKind.INTERMEDIATE].anchor.name
    return TrustAnchor.objects.get(name=name, hierarchy=Hierarchy.PROD)


def held(anchor: TrustAnchor, **changes: Any) -> Certificate:
    return CertificateFactory(issuer_digest=anchor.subject_digest, is_demo=True, **changes)


def opened(anchor: TrustAnchor, *, at: datetime = AT) -> Rollover:
    return operations.open_rollover(anchor, ends_on=LATER, message="La nouvelle autorité ouvre.", by=leader(), at=at)


def test_those_affected_are_noted_and_told_vendor_by_vendor(anchor: TrustAnchor) -> None:
    first = held(anchor)
    held(anchor, service=first.service)
    other, stranger = held(anchor), CertificateFactory()
    made = opened(anchor)
    assert {line.certificate_id for line in made.lines.all()} == set(
        Certificate.objects.exclude(pk=stranger.pk).values_list("pk", flat=True)
    )
    deliver()
    assert len(mail.outbox) == 2
    [sent] = [one for one in mail.outbox if other.reference in one.body]
    assert first.reference not in sent.body
    assert "mercredi 31 mars 2027" in sent.subject.replace("\xa0", " ")


def test_progress_follows_what_becomes_of_each(anchor: TrustAnchor) -> None:
    waiting, replaced, retired, over = (held(anchor) for _ in range(4))
    made = opened(anchor)
    CertificateFactory(service=replaced.service)  # of another authority
    held(anchor, service=waiting.service)  # of the same one: it replaces nothing
    Certificate.objects.filter(pk=retired.pk).update(state="retired", retired_at=AT)
    Certificate.objects.filter(pk=over.pk).update(not_after=SOON - timedelta(hours=1))
    found = {one.certificate.pk: one.standing for one in queries.followed(made, at=SOON)}
    assert found == {
        waiting.pk: Standing.WAITING,
        replaced.pk: Standing.REPLACED,
        retired.pk: Standing.GONE,
        over.pk: Standing.GONE,
    }
    assert queries.progress_of(made, at=SOON).per_cent == 75
    assert queries.late_comers(made, at=SOON).count() == 1


@pytest.mark.parametrize(
    ("figures", "per_cent"), [((0, 0, 0), 100), ((1, 0, 0), 0), ((1, 999, 0), 99), ((0, 2, 1), 100), ((2, 1, 0), 33)]
)
def test_the_bar_is_full_only_when_nothing_is_left(figures: tuple[int, int, int], per_cent: int) -> None:
    assert progress.Progress(*figures).per_cent == per_cent


def test_a_reminder_joins_late_comers_and_spares_who_is_done(anchor: TrustAnchor) -> None:
    done, waiting = held(anchor), held(anchor)
    made = opened(anchor)
    deliver()
    mail.outbox.clear()
    CertificateFactory(service=done.service)
    late = held(anchor)
    operations.remind(made, by=leader(), at=SOON)
    deliver()
    bodies = " ".join(sent.body for sent in mail.outbox)
    assert (done.reference in bodies, waiting.reference in bodies, late.reference in bodies) == (False, True, True)
    assert "Rappel" in mail.outbox[0].body


def test_the_end_of_the_period_cuts_nothing_and_may_move(anchor: TrustAnchor) -> None:
    held(anchor)
    made = opened(anchor)
    with pytest.raises(Refused, match="motif"):
        operations.extend(made, ends_on=LATER + timedelta(days=90), reason=" ", by=leader())
    operations.extend(made, ends_on=LATER + timedelta(days=90), reason="Trois éditeurs en retard", by=leader())
    operations.close(made, by=leader(), at=SOON)
    anchor.refresh_from_db()
    assert anchor.state == AnchorState.TRUSTED
    assert not Certificate.objects.exclude(state="declared").exists()
    with pytest.raises(MoveNotAllowed):
        operations.remind(made, by=leader())


def test_what_makes_no_campaign_is_refused(anchor: TrustAnchor) -> None:
    with pytest.raises(Refused, match="Aucun certificat"):
        opened(anchor)
    held(anchor)
    with pytest.raises(Refused, match="finit après"):
        operations.open_rollover(anchor, ends_on=AT.date(), message="x", by=leader(), at=AT)
    with pytest.raises(Refused, match="elle-même"):
        operations.open_rollover(anchor, successor=anchor, ends_on=LATER, message="x", by=leader(), at=AT)
    opened(anchor)
    with pytest.raises(Refused, match="déjà en cours"):
        opened(anchor)
    with pytest.raises(NotPermitted):
        operations.open_rollover(anchor, ends_on=LATER, message="x", by=AgentFactory(roles=[StaffRole.REVIEWER]))


def test_a_root_answers_for_the_authorities_below_it_alone(anchor: TrustAnchor) -> None:
    held(anchor)
    demo = TrustAnchor.objects.get(name=pki().authorities[Hierarchy.PROD, AnchorKind.ROOT].anchor.name)
    real = TrustAnchor.objects.get(hierarchy=Hierarchy.PROD, kind=AnchorKind.ROOT, is_demo=False)
    assert (queries.affected(demo, at=AT).count(), queries.affected(real, at=AT).count()) == (1, 0)


def test_the_pages_for_who_leads_and_for_who_must_act(anchor: TrustAnchor) -> None:
    now = timezone.now()
    own, other = (held(anchor, not_after=now + timedelta(days=400)) for _ in range(2))
    agent = entered(leader())
    page = f"/certificats/autorites/{anchor.reference}/"
    assert "campagne/" in agent.get(page).text
    given = {"ends_on": (now + timedelta(days=200)).date().isoformat(), "message": "Préparez-vous"}
    answer = agent.post(f"{page}campagne/", given)
    made = Rollover.objects.get()
    assert answer["Location"] == f"/certificats/campagnes/{made.reference}/"
    seen = entered(member(own.service.owner)).get(answer["Location"]).text
    assert (own.reference in seen, other.reference in seen) == (True, False)
    assert entered(PersonFactory()).get(answer["Location"]).status_code == 404
    assert "0 sur 2" in agent.get("/certificats/campagnes/").text
    assert agent.post(f"{answer['Location']}acte/relancer/").status_code == 302
    later = (now + timedelta(days=300)).date().isoformat()
    assert agent.post(f"{answer['Location']}fin/", {"ends_on": later, "reason": "Retards"}).status_code == 302
    assert agent.post(f"{answer['Location']}acte/clore/").status_code == 302
    assert "Close" in agent.get(answer["Location"]).text
    assert certificates.review_all(at=now).count == 2


@pytest.mark.parametrize("count", [1, 3])
def test_a_campaign_costs_as_many_queries_for_one_and_three(anchor: TrustAnchor, count: int) -> None:
    for _ in range(count):
        held(anchor, not_after=timezone.now() + timedelta(days=400))
    made, agent = opened(anchor), entered(leader())
    agent.get(f"/certificats/campagnes/{made.reference}/")
    with CaptureQueriesContext(connection) as seen:
        agent.get(f"/certificats/campagnes/{made.reference}/")
    assert len(seen) == 6, [query["sql"] for query in seen]
