"""Readings: what is missing and where to mend it, blocks, dossier at a constant cost, who sees what."""

from datetime import datetime
from typing import Any

import orjson
import pytest

from onboarding.candidacies import completeness, filing, queries
from onboarding.candidacies.blocks import FIELDS, LABEL_OF, Block, BlockState, of_direction
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import contents, grids, openings
from onboarding.legaltexts.kinds import Act, Kind, Step
from onboarding.legaltexts.models import LegalText, LegalTextVersion
from policy.grants.direction import Direction
from portal.parties.roles import MembershipRole
from portal.reference import operations as nomenclatures
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.candidacies import (
    CandidacyFactory,
    CandidacyVersionFactory,
    EligibilityAnswerFactory,
    FieldCommentFactory,
    MessageFactory,
    answer_grid,
    fillable,
)
from tests.factories.documents import DepositedFileFactory
from tests.factories.establishments import ListFactory
from tests.factories.parties import DigitalServiceFactory, MembershipFactory, member
from tests.factories.vendors import ServiceSheetFactory

pytestmark = pytest.mark.django_db


def charter(now: datetime) -> LegalTextVersion:
    return LegalTextVersion.objects.create(
        text=LegalText.objects.create(kind=Kind.FEEDING_CHARTER),
        number=1,
        title="Charte d’alimentation",
        body="Article 1.",
        act=Act.SIGN,
        step=Step.DEPOSIT,
        sha256="0" * 64,
        published_at=now,
    )


def test_nothing_is_missing_from_a_filled_candidacy_with_a_list() -> None:
    assert queries.missing(fillable()) == []


def test_each_gap_leads_to_the_page_and_field_where_it_is_mended(now: datetime) -> None:
    charter(now)
    candidacy = CandidacyFactory(service__url="")
    found = {item.field: item.url for item in queries.missing(candidacy)}
    page = f"/candidatures/{candidacy.reference}"
    assert found["purpose"] == f"{page}/finalite/#id_purpose"
    assert found["technical_email"] == f"{page}/contacts/#id_technical_email"
    assert found["service_url"] == f"/services/{candidacy.service.reference}/modifier/"
    assert found["establishments"] == f"/services/{candidacy.service.reference}/etablissements/"
    assert found["charter"] == f"/textes/charte-alimentation/signer/{candidacy.service.reference}/"


def test_a_list_without_a_valid_line_counts_for_nothing() -> None:
    candidacy = CandidacyFactory(filled=True)
    ServiceSheetFactory(service=candidacy.service)
    ListFactory(service=candidacy.service, valid_count=0)
    assert [item.field for item in queries.missing(candidacy)] == ["reachable", "establishments"]


def test_blocks_come_in_order_with_state_answers_and_address() -> None:
    candidacy = fillable(privacy_email="")
    shown = {view.block: view for view in queries.blocks(candidacy)}
    assert list(shown) == of_direction(Direction.FEEDING)
    assert shown[Block.PURPOSE].state == BlockState.DONE
    assert shown[Block.CONTACTS].state == BlockState.IN_PROGRESS
    assert [item.field for item in shown[Block.CONTACTS].missing] == ["privacy_email"]
    assert shown[Block.ESTABLISHMENTS].lines[0].words == "1"
    assert all(view.is_open for view in shown.values())


def test_blocks_are_closed_while_the_agency_works() -> None:
    assert not any(view.is_open for view in queries.blocks(CandidacyFactory(under_review=True)))


def test_after_a_return_a_commented_block_is_to_correct_and_open(now: datetime) -> None:
    candidacy = fillable(state=State.RETURNED, submitted_at=now)
    comment = FieldCommentFactory(candidacy=candidacy, sent=True)
    shown = {view.block: view for view in queries.blocks(candidacy)}
    assert shown[Block.PURPOSE].state == BlockState.TO_CORRECT
    assert shown[Block.PURPOSE].comments == (comment,)
    assert [block for block, view in shown.items() if view.is_open] == [
        Block.ENTITY,
        Block.SERVICE,
        Block.PURPOSE,
        Block.ESTABLISHMENTS,
        Block.PIECES,
        Block.CHARTER,
    ]


def test_the_content_tells_the_mandate_by_name_and_digest() -> None:
    mandate = DepositedFileFactory(uploaded_by=PersonFactory(), name="mandat.pdf", sha256="ab" * 32)
    candidacy = CandidacyFactory(mandate=mandate)
    assert contents.content_of(candidacy)["answers"]["mandate_id"] == f"mandat.pdf (SHA-256 {'ab' * 32})"


def test_what_changed_since_the_deposit_is_told() -> None:
    candidacy = fillable(submitted=True)
    content = contents.content_of(candidacy)
    CandidacyVersionFactory(candidacy=candidacy, data=content)
    assert contents.changed_since_deposit(candidacy) == []
    candidacy.service.url = "https://ailleurs.fr"
    assert [one.label for one in contents.changed_since_deposit(candidacy)] == ["Adresse du service"]
    assert contents.changed_since_deposit(CandidacyFactory()) == []


def test_the_grid_shows_suggestions_until_answers_are_given() -> None:
    candidacy = fillable(under_review=True)
    EligibilityAnswerFactory(candidacy=candidacy, criterion="purpose", answer="no", comment="Non.")
    shown = grids.grid_initial(queries.grid(candidacy))
    assert (shown["purpose"], shown["purpose_comment"]) == ("no", "Non.")
    assert shown["establishments"] == "yes"
    assert "1 établissement" in shown["establishments_comment"]


def test_completeness_waits_for_each_criterion_by_name() -> None:
    candidacy = CandidacyFactory(under_review=True)
    assert len(grids.before_completeness(candidacy)) == 3
    answer_grid(candidacy)
    assert grids.before_completeness(candidacy) == []


@pytest.mark.parametrize("who", ["owner", "reader", "agent"])
def test_a_candidacy_is_seen_by_its_owner_and_by_agents(who: str) -> None:
    candidacy = CandidacyFactory()
    people = {
        "owner": lambda: member(candidacy.service.owner),
        "reader": lambda: member(candidacy.service.owner, MembershipRole.READER),
        "agent": AgentFactory,
    }
    person = people[who]()
    assert list(Candidacy.objects.visible_to(person)) == [candidacy]
    dossier = queries.for_dossier(candidacy.reference, person)
    assert dossier is not None
    assert dossier.candidacy == candidacy


def test_a_candidacy_is_seen_by_nobody_else() -> None:
    candidacy = CandidacyFactory()
    former = MembershipFactory(legal_entity=candidacy.service.owner, ended=True).user
    for person in (PersonFactory(), MembershipFactory().user, former):
        assert not Candidacy.objects.visible_to(person).exists()
        assert queries.for_dossier(candidacy.reference, person) is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_dossier_costs_the_same_whatever_it_holds(count: int, django_assert_num_queries: Any) -> None:
    candidacy = fillable(under_review=True)
    for number in range(1, count + 1):
        CandidacyVersionFactory(candidacy=candidacy, number=number, data=contents.to_freeze(candidacy))
        FieldCommentFactory(candidacy=candidacy, number=number, answered=True)
        MessageFactory(candidacy=candidacy)
    agent = AgentFactory()
    assert agent.is_agent
    with django_assert_num_queries(DOSSIER_QUERIES):
        dossier = queries.for_dossier(candidacy.reference, agent)
        assert dossier is not None
        assert [one.author.full_name for one in dossier.messages]
        assert [one.version.deposited_by.full_name for one in dossier.deposits]
        assert len(dossier.round) == count
        assert dossier.prepared == []


DOSSIER_QUERIES = 9


def test_the_lists_of_the_desk_are_told_by_adjectives(now: datetime) -> None:
    made = {trait: CandidacyFactory(**{trait: True}) for trait in ("submitted", "under_review", "complete")}
    closed = CandidacyFactory(state=State.REFUSED, submitted_at=now)
    assert list(Candidacy.objects.to_take()) == [made["submitted"]]
    assert list(Candidacy.objects.ready_for_committee()) == [made["complete"]]
    assert list(Candidacy.objects.closed()) == [closed]
    assert Candidacy.objects.open().count() == 3


def test_the_former_answers_of_the_same_direction_come_first() -> None:
    service = DigitalServiceFactory()
    CandidacyFactory(
        filled=True, service=service, state=State.WITHDRAWN, direction="consumption", purpose="orientation"
    )
    contacts = {field.name for field in FIELDS[Block.CONTACTS]}
    conformity = {field.name for field in FIELDS[Block.CONFORMITY]}
    given = openings.answers_given_before(service, "feeding")
    assert set(given) == contacts | conformity | {"region_routes"}
    assert given["region_routes"] == {"11": "unknown", "84": "unknown"}
    sibling = DigitalServiceFactory(owner=service.owner)
    assert set(openings.answers_given_before(sibling, "feeding")) == contacts
    CandidacyFactory(filled=True, service=service, state=State.WITHDRAWN)
    assert openings.answers_given_before(service, "feeding")["purpose"] == "bed-availability"
    assert "mandate_id" not in openings.answers_given_before(service, "feeding")


def test_a_deposit_keeps_the_labels_of_its_day_and_the_recap_follows_the_nomenclature(now: datetime) -> None:
    """A role reworded by a later nomenclature: what was deposited is printed as it was, what is not is read anew."""

    def load(label: str, release: str, *codes: str) -> None:
        concept = [{"code": code, "display": label} for code in ("CU22", *codes)]
        said = {"resourceType": "ValueSet", "name": "JDV_J68_Roles", "version": release, "date": f"2026-01-0{release}"}
        included = [{"system": "urn:oid:1.2.250.1.213.1.6.1.66", "concept": concept}]
        data = orjson.dumps(said | {"compose": {"include": included}})
        nomenclatures.import_nomenclature(data, source_name="essai.json", by=None, at=now)

    def told(sections: Any) -> str:
        return dict(line for section in sections for line in section.lines)[LABEL_OF["user_roles"]]

    load("Régulation, premier libellé", "1")
    candidacy = CandidacyFactory(direction=Direction.CONSUMPTION, user_roles=["CU22"])
    version = CandidacyVersionFactory(candidacy=candidacy, data=contents.to_freeze(candidacy))
    load("Régulation, second libellé", "2")
    again = Candidacy.objects.get(pk=candidacy.pk)
    assert told(contents.sections(again)) == "CU22 – Régulation, second libellé"
    [access] = [block for block in queries.dossier(again).blocks if block.block is Block.ACCESS]
    assert "CU22 – Régulation, premier libellé" in [line.words for line in access.lines]  # as deposited
    assert told(filing.sections(version.data)) == "CU22 – Régulation, premier libellé"
    assert contents.changed_since_deposit(again) == []
    load("Régulation, second libellé", "3", "CU23")
    Candidacy.objects.filter(pk=candidacy.pk).update(user_roles=["CU22", "CU23"])
    now_asked = "CU22 – Régulation, premier libellé, CU23 – Régulation, second libellé"
    for found in (contents.changed_since_deposit, lambda one: queries.dossier(one).changed_since_deposit):
        [difference] = found(Candidacy.objects.get(pk=candidacy.pk))
        assert (difference.before, difference.after) == ("CU22 – Régulation, premier libellé", now_asked)


def test_a_region_withdrawn_from_the_nomenclature_does_not_sponsor_a_request(now: datetime) -> None:
    def lacking() -> list[str]:
        facts = queries.facts_of(candidacy, at=now)
        return [lack.sentence for lack in completeness.lacks(facts) if lack.field == "sponsor_region"]

    candidacy = CandidacyFactory(direction=Direction.CONSUMPTION, sponsor_region="53", sponsor_name="N.")
    assert lacking() == []
    regions = [{"code": "84", "display": "Auvergne"}, {"code": "99", "display": "Nouvelle"}]
    said = {"resourceType": "CodeSystem", "name": "TRE_R30_RegionOM", "concept": regions}
    nomenclatures.import_nomenclature(orjson.dumps(said), source_name="regions.json", by=None, at=now)
    [sentence] = lacking()
    assert "retirée de la nomenclature" in sentence
    candidacy.sponsor_region = "99"
    assert lacking() == []
