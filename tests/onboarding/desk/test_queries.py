"""Facts gathered from the real rows of every slice, lists of dossiers, searches, task lists, history."""

from datetime import datetime, timedelta

import pytest

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations as committee
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.desk.columns import Column
from onboarding.desk.filters import Agenda, Filters, Reviewer, Sort, Turn
from onboarding.desk.keyset import decode
from onboarding.desk.queries import changes, clocks, dossiers, journeys, tasks
from onboarding.desk.queries import dossier as sheets
from onboarding.desk.steps import Key, Standing
from onboarding.desk.steps import Turn as WhoseTurn
from onboarding.establishments.models import EstablishmentList
from onboarding.workbench import operations as workbench
from policy.certificates.models import Certificate
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.accounts.roles import StaffRole
from portal.audit.operations import trace_reading
from portal.documents.models import StoredDocument
from portal.mail.models import BouncedAddress
from tests.factories.candidacies import (
    CandidacyFactory,
    CandidacyVersionFactory,
    FieldCommentFactory,
    MessageFactory,
    reviewer,
    secretary,
)
from tests.factories.committee import AgendaItemFactory, DecisionFactory, SessionFactory
from tests.factories.desk import walked
from tests.factories.establishments import ListFactory
from tests.factories.grants import GrantFactory, agent
from tests.factories.parties import NOW, SINCE, DigitalServiceFactory
from tests.factories.vendors import EntityClaimFactory
from tests.factories.whitelist import certificate, manager, proposed

pytestmark = pytest.mark.django_db


def way_of(candidacy):
    """The way of a candidacy's service."""
    return journeys.ways_of([candidacy.service])[candidacy.service.reference][0]


def test_journey_is_told_from_the_rows_of_every_slice() -> None:
    candidacy = walked()
    way = way_of(candidacy)
    assert way.journey.current is not None
    assert way.journey.current.key is Key.WHITELIST
    assert way.journey.turn is WhoseTurn.AGENCY
    standings = {step.key: step.standing for step in way.journey.steps}
    assert [key for key, standing in standings.items() if standing is not Standing.DONE] == [
        Key.CPA_CARDS,  # without object once the certificate is there
        Key.WHITELIST,
        Key.PUBLICATION,
        Key.PRODUCTION,
    ]
    signed = next(step for step in way.journey.steps if step.key is Key.CHARTER)
    assert signed.act.at == NOW
    assert signed.act.actor


def test_journey_of_a_new_service_waits_for_its_candidacy() -> None:
    service = DigitalServiceFactory()
    (way,) = journeys.ways_of([service])[service.reference]
    assert way.journey.current is not None
    assert way.journey.current.key is Key.CANDIDACY


def test_journey_counts_what_the_form_lacks_and_what_was_commented() -> None:
    draft = CandidacyFactory(direction="feeding")
    assert "finalité" in way_of(draft).facts.candidacy.missing
    returned = CandidacyFactory(direction="feeding", returned=True)
    FieldCommentFactory.create_batch(2, candidacy=returned, sent=True)
    assert way_of(returned).facts.candidacy.comments == 2
    assert way_of(CandidacyFactory(direction="feeding", filled=True)).facts.candidacy.missing == ()


def test_journey_of_both_directions_tells_two_ways() -> None:
    service = DigitalServiceFactory()
    CandidacyFactory(service=service, direction="feeding")
    CandidacyFactory(service=service, direction="consumption")
    assert [way.facts.direction for way in journeys.ways_of([service])[service.reference]] == ["feeding", "consumption"]


def test_journey_of_a_former_candidacy_forgets_the_right_of_the_next() -> None:
    last = walked()
    former = CandidacyFactory(
        service=last.service, direction="feeding", filled=True, state=State.REFUSED, submitted_at=SINCE
    )
    rows = journeys.gather([last.service], pinned=former.reference)
    (way,) = journeys.told(last.service, rows)
    assert way.facts.candidacy.reference == former.reference
    assert way.facts.grant is None
    assert way.journey.is_stopped


@pytest.mark.parametrize("rows", [1, 3])
def test_journeys_cost_the_same_for_any_number_of_services(rows, django_assert_num_queries) -> None:
    services = [walked().service for _ in range(rows)]
    with django_assert_num_queries(11):
        journeys.ways_of(services)


def references(page: dossiers.Page) -> list[str]:
    """The references of a page."""
    return page.references


def test_list_is_paged_by_keyset_both_ways_whatever_the_sort() -> None:
    """Every dossier is met once going down, and the same pages come back going up; equal dates do not matter."""
    user = reviewer()
    for index in range(7):
        CandidacyFactory(direction="feeding", submitted=True, submitted_at=NOW - timedelta(days=index // 2))
    for sort in Sort:
        filters, seen, cursors = Filters(sort=sort), [], [""]
        page = dossiers.page(user, filters, size=3)
        while True:
            seen += references(page)
            if not page.after:
                break
            cursors.append(page.after)
            page = dossiers.page(user, filters, decode(page.after), size=3)
        assert len(seen) == len(set(seen)) == 7
        back = dossiers.page(user, filters, decode(page.before), size=3)
        assert references(back) == seen[3:6]
        assert dossiers.page(user, filters, decode(back.before), size=3).before == ""


def test_list_is_sorted() -> None:
    user = reviewer()
    old = CandidacyFactory(
        direction="feeding", submitted=True, submitted_at=NOW - timedelta(days=9), reference="C-2026-0002"
    )
    new = CandidacyFactory(direction="feeding", submitted=True, submitted_at=NOW, reference="C-2026-0001")
    assert references(dossiers.page(user, Filters())) == [new.reference, old.reference]
    assert references(dossiers.page(user, Filters(sort=Sort.OLDEST))) == [old.reference, new.reference]
    assert references(dossiers.page(user, Filters(sort=Sort.REFERENCE))) == [new.reference, old.reference]


def test_cursor_of_another_sort_starts_again() -> None:
    user = reviewer()
    CandidacyFactory.create_batch(2, direction="feeding")
    after = dossiers.page(user, Filters(sort=Sort.SERVICE), size=1).after
    assert len(dossiers.page(user, Filters(), decode(after), size=1).rows) == 1


def test_filters_narrow_the_list() -> None:
    user = reviewer()
    mine = CandidacyFactory(direction="feeding", under_review=True, reviewer=user)
    vendor = CandidacyFactory(direction="feeding", returned=True)
    item = AgendaItemFactory()
    free = CandidacyFactory(direction="consumption", complete=True)
    cases = [
        (Filters(states=(State.UNDER_REVIEW,)), {mine}),
        (Filters(reviewer=Reviewer.ME), {mine}),
        (Filters(turn=Turn.VENDOR), {vendor}),
        (Filters(turn=Turn.AGENCY), {mine, item.candidacy, free}),
        (Filters(agenda=Agenda.NONE), {free}),
        (Filters(agenda=Agenda.WAITING), {item.candidacy}),
        (Filters(reviewer=Reviewer.NOBODY), set()),
    ]
    for filters, expected in cases:
        assert set(references(dossiers.page(user, filters))) == {one.reference for one in expected}, filters
    counts = dossiers.counts_by_state(user, Filters(states=(State.UNDER_REVIEW,)))
    assert counts == {"under_review": 1, "returned": 1, "complete": 2}


def test_search_finds_a_dossier_by_anything_that_names_it() -> None:
    candidacy, user = walked(), reviewer()
    other = CandidacyFactory(direction="feeding")
    service, grant = candidacy.service, Grant.objects.get()
    held = Certificate.objects.first()
    searches = [
        candidacy.reference,
        candidacy.reference.lower(),
        service.reference,
        service.owner.reference,
        service.owner.siren,
        "350054680",
        held.fingerprint.upper(),
        held.subject,
        "CN=lits-" + held.subject.split("CN=lits-")[1].split(",")[0] + ", OU=318751275100020",
        held.reference,
        grant.reference,
        grant.list_reference and service.establishment_lists.get().reference,
        grant.campaigns.get().reference,
        WhitelistEntry.objects.get().reference,
        service.signatures.get().reference,
        StoredDocument.objects.filter(kind="receipt").get().reference,
        candidacy.agenda_items.get().session.reference,
        candidacy.agenda_items.get().decisions.get().reference,
        service.owner.claims.get().reference,
        service.name,
        service.owner.name,
    ]
    for search in searches:
        assert references(dossiers.page(user, Filters(search=search))) == [candidacy.reference], search
    for search in ("X-2026-0001", "C-2026-9999", "0" * 64, "CN=inconnu", "000000000", "%", "_", "'; --"):
        assert dossiers.page(user, Filters(search=search)).rows == [], search
    assert other.reference in references(dossiers.page(user, Filters()))


def test_list_shows_the_session_that_waits_and_the_decision_in_force() -> None:
    user = reviewer()
    item, decision = AgendaItemFactory(), DecisionFactory()
    correction = DecisionFactory(item=decision.item, corrects=decision, grounds="Coquille.")
    rows = {row["reference"]: row for row in dossiers.page(user, Filters()).rows}
    assert rows[item.candidacy.reference]["session_reference"] == item.session.reference
    assert rows[decision.item.candidacy.reference]["decision_reference"] == correction.reference


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_any_number_of_dossiers(rows, django_assert_num_queries) -> None:
    user = reviewer()
    for _ in range(rows):
        walked()
    assert user.is_agent
    with django_assert_num_queries(1):
        assert len(dossiers.page(user, Filters(), columns=tuple(Column)).rows) == rows


def lists_of(user) -> dict[str, tasks.TaskList]:
    """The task lists of a person, by title."""
    return {one.title: one for one in tasks.task_lists(user, now=NOW)}


def test_task_lists_say_what_waits() -> None:
    user = reviewer()
    claim = EntityClaimFactory()
    to_take = CandidacyFactory(direction="feeding", submitted=True)
    mine = CandidacyFactory(direction="feeding", under_review=True, reviewer=user)
    CandidacyFactory(direction="feeding", under_review=True)
    returned = CandidacyFactory(direction="feeding", returned=True)
    complete = CandidacyFactory(direction="feeding", complete=True)
    entry = proposed(by=manager())
    certificate(entry.grant, not_after=NOW + timedelta(days=20))
    found = {title: [task.reference for task in one.tasks] for title, one in lists_of(user).items()}
    assert found["Demandes de rattachement à vérifier"] == [claim.reference]
    assert found["Dossiers à prendre"] == [to_take.reference]
    assert found["Mes dossiers en instruction"] == [mine.reference]
    assert found["En attente de l’éditeur"] == [returned.reference]
    assert found["Complets, à inscrire à une séance"] == [complete.reference]
    assert found["Propositions de liste blanche qui attendent une seconde personne"] == [entry.reference]
    assert len(found["Certificats qui expirent"]) == 1


def test_proposal_does_not_wait_for_the_one_who_proposed_it() -> None:
    entry = proposed(by=manager())
    assert lists_of(entry.proposed_by)["Propositions de liste blanche qui attendent une seconde personne"].count == 0


def test_task_list_counts_beyond_what_it_shows() -> None:
    CandidacyFactory.create_batch(7, direction="feeding", submitted=True)
    found = lists_of(reviewer())["Dossiers à prendre"]
    assert (found.count, len(found.tasks)) == (7, 5)


def test_task_lists_are_split_by_roles() -> None:
    mine, others = tasks.of_roles(tasks.task_lists(secretary(), now=NOW), frozenset({StaffRole.SECRETARY}))
    assert [one.title for one in mine] == ["En retard", "Complets, à inscrire à une séance", "Réserves à lever"]
    assert len(mine) + len(others) == len(tasks.LANES)


@pytest.mark.parametrize("rows", [1, 3])
def test_task_lists_cost_the_same_for_any_number_of_rows(rows, django_assert_num_queries) -> None:
    user = agent(StaffRole.REVIEWER)
    for _ in range(rows):
        walked()
        CandidacyFactory(direction="feeding", submitted=True)
        CandidacyFactory(direction="feeding", complete=True)
        EntityClaimFactory()
    assert user.is_agent
    with django_assert_num_queries(7):
        tasks.task_lists(user, now=NOW)


def test_next_session_is_the_nearest_still_open() -> None:
    user = secretary()
    assert tasks.next_session(user, now=NOW) is None
    SessionFactory(held_on=NOW.date() + timedelta(days=30))
    item = AgendaItemFactory()
    DecisionFactory(item=AgendaItemFactory(session=item.session))
    found = tasks.next_session(user, now=NOW)
    assert found is not None
    assert (found.session, found.points, found.undecided) == (item.session, 2, 1)


def test_history_tells_the_dossier_and_its_agenda_the_latest_first() -> None:
    user = secretary()
    candidacy = CandidacyFactory(direction="feeding", complete=True)
    session = SessionFactory()
    other = CandidacyFactory(direction="feeding", complete=True)
    committee.enter_on_agenda(session, other, by=user, at=NOW)
    item = committee.enter_on_agenda(session, candidacy, by=user, at=NOW)
    committee.record_decision(item, ruling=Ruling(Outcome.ADMIT, Profiles(frozenset("A"))), by=user, at=NOW)
    shown = sheets.sheet(candidacy.reference, user, now=NOW)
    told = [one.action for one in sheets.history(shown)]
    assert told == ["grants.grant", "candidacies.admit", "decisions.record", "committee_sessions.enter"]
    assert candidacy.reference in sheets.history(shown)[-1].sentence


def test_changes_since_the_last_visit_are_those_of_others_on_dossiers_reviewed_or_followed() -> None:
    user, other = reviewer(), reviewer()
    mine = CandidacyFactory(direction="feeding", under_review=True, reviewer=user)
    followed = CandidacyFactory(direction="feeding", submitted=True)
    foreign = CandidacyFactory(direction="feeding", submitted=True)
    workbench.follow(followed, by=user, at=NOW)
    candidacies.write(mine, "Avant.", by=other, at=NOW)
    trace_reading(actor_id=user.pk, view="v", sentence="s", path="/", at=NOW + timedelta(hours=1))
    user.last_login = NOW + timedelta(days=1)
    for candidacy in (followed, foreign):
        candidacies.take(candidacy, by=other, at=NOW + timedelta(hours=2))
    candidacies.write(mine, "Par moi.", by=user, at=NOW + timedelta(hours=3))
    candidacies.write(mine, "Après.", by=other, at=NOW + timedelta(hours=4))
    found = changes.since_last_visit(user, now=NOW + timedelta(days=1))
    assert found.since == NOW + timedelta(hours=1)
    assert [(one.reference, one.action) for one in found.told] == [
        (mine.reference, "candidacies.write"),
        (followed.reference, "candidacies.take"),
    ]
    assert changes.since_last_visit(reviewer(), now=NOW).since == NOW - changes.USUAL


def test_late_requests_are_those_whose_delay_is_over_the_vendor_s_turn_left_out() -> None:
    """Sixty days after a deposit: twenty working days are over, unless the vendor had the turn for most of them."""
    later, deposited = NOW + timedelta(days=60), {"deposited_at": NOW}
    late = CandidacyVersionFactory(candidacy__direction="feeding", **deposited).candidacy
    returned = CandidacyVersionFactory(**deposited).candidacy
    FieldCommentFactory(candidacy=returned, sent_at=NOW + timedelta(days=1))
    CandidacyVersionFactory(candidacy=returned, number=2, deposited_at=NOW + timedelta(days=55))
    CandidacyVersionFactory(deposited_at=NOW + timedelta(days=50))
    assert list(clocks.late(now=later)) == [late.pk]
    told = clocks.delays_of({late.pk: "submitted", returned.pk: "submitted"}, now=later)
    assert told[late.pk].is_late
    assert told[returned.pk].left is not None
    assert told[returned.pk].left > 0
    assert told[returned.pk].silence_on == (NOW + timedelta(days=55)).date().replace(day=27, month=6)


def test_desk_tells_lists_with_anomalies_gateways_behind_unsigned_charters_and_doubtful_contacts() -> None:
    user, grant = reviewer(), GrantFactory()
    broken = ListFactory()
    EstablishmentList.objects.update(valid_count=1, line_count=2)
    BouncedAddress.objects.create(address="perdu@exemple.fr", since=NOW, reason="550 inconnu")
    found = {title: [task.reference for task in one.tasks] for title, one in lists_of(user).items()}
    assert found["Listes d’établissements avec anomalies"] == [broken.reference]
    assert found["Contacts douteux"] == ["perdu@exemple.fr"]
    assert found["Chartes à signer"] == [grant.reference]
    assert found["Passerelles en retard d’une publication"] == []


def test_messages_without_an_answer_wait_for_the_reviewer() -> None:
    user = reviewer()
    asked = CandidacyFactory(direction="feeding", under_review=True, reviewer=user)
    answered = CandidacyFactory(direction="feeding", under_review=True, reviewer=user)
    MessageFactory(candidacy=asked)
    MessageFactory(candidacy=answered)
    MessageFactory(candidacy=answered, of_agency=True, written_at=NOW + timedelta(hours=1))
    assert [task.reference for task in lists_of(user)["Messages d’éditeurs sans réponse"].tasks] == [asked.reference]


def deposited(at: datetime) -> Candidacy:
    """A dossier deposited at that instant, which nobody has taken."""
    candidacy = CandidacyFactory(direction="feeding", submitted=True, submitted_at=at)
    CandidacyVersionFactory(candidacy=candidacy, deposited_at=at)
    return candidacy


def test_dossiers_of_the_desk_say_by_when_the_agency_answers() -> None:
    user, fresh, old = reviewer(), deposited(NOW), deposited(NOW - timedelta(days=90))
    found = {task.reference: task for task in lists_of(user)["Dossiers à prendre"].tasks}
    assert found[fresh.reference].when.startswith("à rendre avant le ")
    assert not found[fresh.reference].is_late
    assert found[old.reference].is_late
    assert lists_of(user)["En retard"].tasks[0].when == found[old.reference].when


@pytest.mark.parametrize("rows", [1, 3])
def test_a_whole_task_list_is_read_page_by_page(rows, django_assert_num_queries) -> None:
    user = reviewer()
    CandidacyFactory.create_batch(rows, direction="feeding", submitted=True)
    assert user.is_agent
    with django_assert_num_queries(7):
        lane, found, tell = tasks.whole(user, "dossiers-a-prendre", now=NOW)
        told = [tell(row) for row in found]
    assert (lane.title, len(told), told[0].url_name) == ("Dossiers à prendre", rows, "dossier")
    assert tasks.whole(user, "aucune", now=NOW) is None
    assert len({one.slug for one in tasks.LANES}) == len(tasks.LANES)
