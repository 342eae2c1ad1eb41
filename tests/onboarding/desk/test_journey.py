"""The journey of a service as a table of cases: which steps are done, which is present, whose turn, by when."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse

from onboarding.campaigns.lifecycle import State as CampaignState
from onboarding.candidacies.lifecycle import State
from onboarding.desk import facts as known
from onboarding.desk.facts import Act, Facts
from onboarding.desk.journey import RULES, journey
from onboarding.desk.steps import Key, Standing, Turn
from onboarding.establishments.lifecycle import State as ListState
from onboarding.vendors.lifecycle import State as ClaimState
from policy.grants.direction import Direction
from policy.grants.lifecycle import State as GrantState
from policy.whitelist.lifecycle import State as EntryState
from portal.accounts.roles import StaffRole
from portal.parties.roles import MembershipRole

THEN = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
DUE = date(2026, 3, 10)

CLAIM = known.Claim("R-2026-0001", ClaimState.VERIFIED)
LIST = known.EstablishmentList("L-2026-0001", ListState.DRAFT, valid=3, total=3)
DECISION = known.Decision("D-2026-0001", "Avis favorable", date(2026, 3, 3), letter_issued_at=THEN)
GRANT = known.Grant("H-2026-0001", GrantState.PENDING, needs_certificate=True)
CERTIFICATE = known.Certificate("CE-2026-0001", THEN, datetime(2029, 3, 3, tzinfo=UTC))
ENTRY = known.Entry("LB-000001", EntryState.PROPOSED, THEN)

START = Facts(service="S-2026-0001", direction=Direction.FEEDING, claim=CLAIM)


def candidacy(state: State, **values: Any) -> known.Candidacy:
    """A candidacy in that state."""
    return known.Candidacy("C-2026-0001", state, **values)


def campaign(state: CampaignState, **values: Any) -> known.Campaign:
    """A test campaign in that state."""
    return known.Campaign("T-2026-0001", state, **values)


def after(facts: Facts, **values: Any) -> Facts:
    """The same facts and these."""
    return replace(facts, **values)


DRAFTED = after(START, candidacy=candidacy(State.DRAFT, missing=("Choisissez la finalité.",)))
READY = after(START, candidacy=candidacy(State.DRAFT), establishment_list=LIST, charter_signed_at=THEN)
SUBMITTED = after(READY, candidacy=candidacy(State.SUBMITTED))
REVIEWED = after(READY, candidacy=candidacy(State.UNDER_REVIEW))
RETURNED = after(READY, candidacy=candidacy(State.RETURNED, comments=2))
COMPLETE = after(READY, candidacy=candidacy(State.COMPLETE))
ON_AGENDA = after(READY, candidacy=candidacy(State.COMPLETE, session="CS-2026-0001", session_on=DUE))
DEFERRED = after(READY, candidacy=candidacy(State.DEFERRED), decision=DECISION)
REFUSED = after(READY, candidacy=candidacy(State.REFUSED), decision=DECISION)
WITHDRAWN = after(READY, candidacy=candidacy(State.WITHDRAWN))
DECIDED = after(
    READY, candidacy=candidacy(State.ADMITTED), decision=replace(DECISION, letter_issued_at=None), grant=GRANT
)
ADMITTED = after(DECIDED, decision=DECISION)
CERTIFIED = after(ADMITTED, test_certificate=CERTIFICATE)
OPENED = after(CERTIFIED, sandbox_handed_over_at=THEN, campaign=campaign(CampaignState.OPEN, runs=1))
DECLARED = after(OPENED, campaign=campaign(CampaignState.DECLARED, runs=1, due=DUE))
TO_REDO = after(OPENED, campaign=campaign(CampaignState.TO_REDO, runs=1))
TESTED = replace(GRANT, tests_verified_at=THEN)
VERIFIED = after(OPENED, campaign=campaign(CampaignState.VERIFIED, runs=1), grant=TESTED)
HALF_PIECES = after(VERIFIED, production_certificate=CERTIFICATE)
PIECES = after(HALF_PIECES, grant=replace(TESTED, production_url="https://service.exemple.fr"))
CONFIRMED = after(PIECES, grant=replace(PIECES.grant, list_reference="L-2026-0001"))
PROPOSED = after(CONFIRMED, entry=ENTRY)
REJECTED = after(CONFIRMED, entry=replace(ENTRY, state=EntryState.REJECTED))
APPROVED = after(CONFIRMED, entry=replace(ENTRY, state=EntryState.APPROVED))
PUBLISHED = after(APPROVED, entry=replace(APPROVED.entry, published_version=4, published_at=THEN))
ACTIVE = after(PUBLISHED, grant=replace(CONFIRMED.grant, state=GrantState.ACTIVE))
SUSPENDED = after(PUBLISHED, grant=replace(CONFIRMED.grant, state=GrantState.SUSPENDED))

CASES = [
    # facts, present step, standing, whose turn, act of that side (url name), due
    ("nothing yet", START, Key.CANDIDACY, Standing.OPEN, Turn.VENDOR, "candidacy_open", None),
    ("draft with lacks", DRAFTED, Key.CANDIDACY, Standing.OPEN, Turn.VENDOR, "candidacy", None),
    ("ready to deposit", READY, Key.DEPOSIT, Standing.OPEN, Turn.VENDOR, "candidacy", None),
    ("deposited", SUBMITTED, Key.REVIEW, Standing.OPEN, Turn.AGENCY, "dossier", None),
    ("under review", REVIEWED, Key.REVIEW, Standing.OPEN, Turn.AGENCY, "dossier", None),
    ("returned", RETURNED, Key.CANDIDACY, Standing.REDO, Turn.VENDOR, "candidacy_corrections", None),
    ("complete", COMPLETE, Key.COMMITTEE, Standing.OPEN, Turn.AGENCY, "dossier", None),
    ("on an agenda", ON_AGENDA, Key.COMMITTEE, Standing.OPEN, Turn.AGENCY, "session", DUE),
    ("deferred", DEFERRED, Key.COMMITTEE, Standing.REDO, Turn.VENDOR, "candidacy", None),
    ("refused", REFUSED, Key.COMMITTEE, Standing.STOPPED, Turn.NOBODY, None, None),
    ("withdrawn", WITHDRAWN, Key.CANDIDACY, Standing.STOPPED, Turn.NOBODY, None, None),
    ("letter being sent", DECIDED, Key.NOTIFICATION, Standing.OPEN, Turn.VENDOR, "certificate_declare", None),
    ("admitted", ADMITTED, Key.TEST_CERTIFICATE, Standing.OPEN, Turn.VENDOR, "certificate_declare", None),
    ("TEST certificate declared", CERTIFIED, Key.SANDBOX, Standing.OPEN, Turn.AGENCY, "campaign_open", None),
    ("tests under way", OPENED, Key.TESTS, Standing.OPEN, Turn.VENDOR, "campaign", None),
    ("end of tests declared", DECLARED, Key.VERIFICATION, Standing.OPEN, Turn.AGENCY, "campaign", DUE),
    ("tests to redo", TO_REDO, Key.TESTS, Standing.REDO, Turn.VENDOR, "campaign", None),
    ("tests verified", VERIFIED, Key.PRODUCTION_PIECES, Standing.OPEN, Turn.VENDOR, "certificate_declare", None),
    ("URL lacking", HALF_PIECES, Key.PRODUCTION_PIECES, Standing.OPEN, Turn.VENDOR, "grant_production_url", None),
    ("list to confirm", PIECES, Key.LIST_CONFIRMED, Standing.OPEN, Turn.VENDOR, "list", None),
    ("ready for the whitelist", CONFIRMED, Key.WHITELIST, Standing.OPEN, Turn.AGENCY, "whitelist_propose", None),
    ("proposed", PROPOSED, Key.WHITELIST, Standing.OPEN, Turn.AGENCY, "entry", None),
    ("rejected", REJECTED, Key.WHITELIST, Standing.REDO, Turn.AGENCY, "whitelist_propose", None),
    ("approved", APPROVED, Key.PUBLICATION, Standing.OPEN, Turn.NOBODY, None, THEN.date()),
    ("published", PUBLISHED, Key.PRODUCTION, Standing.OPEN, Turn.NOBODY, None, None),
    ("suspended", SUSPENDED, Key.PRODUCTION, Standing.REDO, Turn.AGENCY, None, None),
]


@pytest.mark.parametrize(
    ("facts", "present", "standing", "turn", "url_name", "due"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_present_step_of_a_feeding_service(facts, present, standing, turn, url_name, due) -> None:
    """Where the service is, who must act, where, and by when."""
    path = journey(facts)
    assert path.current is not None
    assert (path.current.key, path.current.standing) == (present, standing)
    assert path.turn is turn
    act = path.next_act(turn)
    assert (act.url_name if act else None) == url_name
    assert path.due == due


def test_journey_in_production_has_no_present_step() -> None:
    """Everything is behind."""
    path = journey(ACTIVE)
    assert path.current is None
    assert path.done == len(path.steps)
    assert path.turn is Turn.NOBODY


@pytest.mark.parametrize("facts", [case[1] for case in CASES], ids=[c[0] for c in CASES])
def test_steps_come_in_order_and_only_present_ones_carry_an_act(facts) -> None:
    """All steps are told, in order; an act is offered only where something is going on."""
    path = journey(facts)
    assert [step.key for step in path.steps] == [key for key in RULES if key is not Key.ATTESTATION]
    idle = [step for step in path.steps if not step.standing.is_present and not step.standing.is_beside]
    assert all(step.next_act is None for step in idle)
    assert all(step.note or step.standing is Standing.DONE for step in path.steps)


def test_nothing_after_a_refusal_is_needed() -> None:
    """The way ends, what was done stays."""
    standings = {step.key: step.standing for step in journey(REFUSED).steps}
    assert standings[Key.REVIEW] is Standing.DONE
    assert standings[Key.NOTIFICATION] is Standing.DONE
    assert standings[Key.TESTS] is Standing.NOT_NEEDED
    assert journey(REFUSED).is_stopped


def test_refused_claim_stops_before_the_request() -> None:
    """Without a verified representative nothing is asked."""
    path = journey(after(START, claim=known.Claim("R-2026-0001", ClaimState.REFUSED)))
    assert path.current is not None
    assert path.current.key is Key.CLAIM
    assert path.current.standing is Standing.STOPPED


def test_filed_claim_waits_for_the_agency() -> None:
    """The agency verifies the claim."""
    path = journey(after(START, claim=known.Claim("R-2026-0001", ClaimState.FILED)))
    assert path.turn is Turn.AGENCY
    act = path.next_act(Turn.AGENCY)
    assert act is not None
    assert (act.url_name, act.args) == ("claim", ("R-2026-0001",))


def test_list_and_charter_are_open_beside_the_request() -> None:
    """Three things may be done in any order before the deposit."""
    standings = {step.key: step.standing for step in journey(START).steps}
    assert [key for key, standing in standings.items() if standing is Standing.OPEN] == [
        Key.CANDIDACY,
        Key.LIST,
        Key.CHARTER,
    ]
    assert standings[Key.DEPOSIT] is Standing.FUTURE


def test_list_with_only_wrong_lines_says_how_many() -> None:
    """One valid establishment at least is needed, and the note counts the others."""
    wrong = replace(LIST, valid=0, total=2)
    step = next(step for step in journey(after(START, establishment_list=wrong)).steps if step.key is Key.LIST)
    assert step.standing is Standing.OPEN
    assert step.note == "0 établissement, 2 lignes à corriger."


CONSUMING = after(ADMITTED, direction=Direction.CONSUMPTION, establishment_list=None)


def test_consumer_attests_in_place_of_listing() -> None:
    """A consumer has no list, and brings the attestation of an ordering customer."""
    keys = [step.key for step in journey(CONSUMING).steps]
    assert Key.ATTESTATION in keys
    assert Key.LIST not in keys
    assert Key.LIST_CONFIRMED not in keys


@pytest.mark.parametrize(
    ("grant", "turn", "act"),
    [
        ({}, Turn.VENDOR, "customer_file"),
        ({"attestation_filed": "CO-2026-0001"}, Turn.AGENCY, "customer"),
    ],
)
def test_the_vendor_joins_the_attestation_and_the_agency_examines_it(grant: Any, turn: Turn, act: str) -> None:
    """The vendor's turn until it is joined, then the agency's."""
    right = replace(GRANT, tests_verified_at=THEN, **grant)
    step = next(step for step in journey(after(CONSUMING, grant=right)).steps if step.key is Key.ATTESTATION)
    assert (step.turn, step.next_act and step.next_act.url_name) == (turn, act)


@pytest.mark.parametrize("grant", [{"customer_attestation": "CO-2026-0001"}, {"stands_in": frozenset({"attestation"})}])
def test_the_attestation_is_done_once_accepted_or_not_asked_for(grant: Any) -> None:
    """An accepted piece, or another origin of the fact."""
    path = journey(after(CONSUMING, grant=replace(GRANT, **grant)))
    assert next(step for step in path.steps if step.key is Key.ATTESTATION).standing is Standing.DONE


def test_a_charter_that_is_not_required_is_behind() -> None:
    """The right says so."""
    waived = replace(GRANT, stands_in=frozenset({"charter"}))
    path = journey(after(CONSUMING, charter_signed_at=None, grant=waived))
    assert next(step for step in path.steps if step.key is Key.CHARTER).standing is Standing.DONE


def test_profile_0_needs_no_certificate() -> None:
    """Its steps are without object, and the sandbox comes at once."""
    path = journey(after(CONSUMING, grant=replace(GRANT, needs_certificate=False)))
    standings = {step.key: step.standing for step in path.steps}
    assert standings[Key.TEST_CERTIFICATE] is Standing.NOT_NEEDED
    assert standings[Key.SANDBOX] is Standing.OPEN


def test_done_step_says_who_did_it_and_when() -> None:
    """Actor and instant come from the journal."""
    done = after(SUBMITTED, acts={"candidacies.submit": Act(THEN, "Camille Durand")}, receipt_document="DOC-2026-0001")
    step = next(step for step in journey(done).steps if step.key is Key.DEPOSIT)
    assert step.act == Act(THEN, "Camille Durand")
    assert [(proof.url_name, proof.args) for proof in step.proofs] == [("document_download", ("DOC-2026-0001",))]


def test_acts_give_the_latest_of_several() -> None:
    """A list confirmed after its upload is dated by the confirmation."""
    facts = after(
        START, acts={"lists.upload": Act(THEN, "A"), "lists.confirm": Act(datetime(2026, 4, 1, tzinfo=UTC), "B")}
    )
    assert facts.act("lists.upload", "lists.confirm").actor == "B"
    assert facts.act("lists.remove") == Act()


def test_acts_are_offered_to_the_roles_that_may() -> None:
    """A reader sees the same steps without any act; the representative signs, the technical contact does not."""
    path = journey(START)
    assert path.seen_by(frozenset()).next_act(Turn.VENDOR) is None
    assert [step.standing for step in path.seen_by(frozenset()).steps] == [step.standing for step in path.steps]
    charters = {
        role: next(step for step in path.seen_by(frozenset({role})).steps if step.key is Key.CHARTER).next_act
        for role in MembershipRole
    }
    assert [role for role, act in charters.items() if act] == [MembershipRole.LEGAL_REPRESENTATIVE]


@pytest.mark.parametrize(
    ("facts", "role"),
    [
        (SUBMITTED, StaffRole.REVIEWER),
        (ON_AGENDA, StaffRole.SECRETARY),
        (CERTIFIED, StaffRole.TEST_VERIFIER),
        (DECLARED, StaffRole.TEST_VERIFIER),
        (PROPOSED, StaffRole.WHITELIST_MANAGER),
        (DEFERRED, MembershipRole.CONTRIBUTOR),
    ],
)
def test_present_act_belongs_to_one_role(facts, role) -> None:
    """Who may is told with the step."""
    path = journey(facts)
    others = frozenset({*StaffRole, *MembershipRole}) - {role}
    assert path.seen_by(frozenset({role})).next_act(path.turn)
    if path.turn is Turn.AGENCY:
        assert path.seen_by(others).next_act(path.turn) is None
    assert path.current is not None
    assert role in path.current.roles


def test_suspended_right_is_in_the_hands_of_the_agency() -> None:
    """The actor follows the turn."""
    step = journey(SUSPENDED).current
    assert step is not None
    assert (step.turn, step.who) == (Turn.AGENCY, "deux gestionnaires de la liste blanche")


@pytest.mark.parametrize("facts", [case[1] for case in CASES], ids=[c[0] for c in CASES])
def test_every_act_and_proof_leads_to_a_page(facts) -> None:
    """The addresses that steps name exist, with their arguments."""
    for step in journey(facts).steps:
        for target in (*step.proofs, *([step.next_act] if step.next_act else [])):
            assert reverse(target.url_name, args=target.args)


OUTSIDE = [Key.MEMBERSHIP, Key.CARD, Key.CPA_CARDS, Key.ADMINISTRATORS, Key.TEST_MEANS, Key.RETRIEVAL]


def outside(facts: Facts) -> dict[Key, Standing]:
    """Where the steps done outside the portal stand."""
    return {step.key: step.standing for step in journey(facts).steps if step.key in OUTSIDE}


def test_steps_done_elsewhere_go_along_and_hold_nothing_up() -> None:
    """They are the vendor's, may be declared, and leave the turn to the agency."""
    path = journey(SUBMITTED)
    assert outside(SUBMITTED) == dict.fromkeys(OUTSIDE, Standing.PARALLEL) | {Key.CPA_CARDS: Standing.OPTIONAL}
    assert path.turn is Turn.AGENCY
    assert path.next_act(Turn.VENDOR) is None
    assert {step.next_act.url_name for step in path.beside if step.next_act} == {"formality_declare"}


def test_what_was_declared_is_done_with_its_day_and_proof() -> None:
    """The contract declared, the rest still to do."""
    declared = {"contrat": known.Formality(date(2026, 1, 12), "Camille Durand", "PJ-2026-0001")}
    step = next(step for step in journey(after(SUBMITTED, formalities=declared)).steps if step.key is Key.MEMBERSHIP)
    assert (step.standing, step.note, step.act.actor) == (
        Standing.DONE,
        "Faite le 12/01/2026, selon l’éditeur.",
        "Camille Durand",
    )
    assert [proof.args for proof in step.proofs] == [("PJ-2026-0001",)]


def test_a_certificate_proves_what_came_before_it() -> None:
    """Whatever was declared."""
    assert outside(CERTIFIED)[Key.TEST_MEANS] is Standing.DONE
    assert outside(CERTIFIED)[Key.RETRIEVAL] is Standing.PARALLEL
    assert set(outside(ACTIVE).values()) == {Standing.DONE, Standing.NOT_NEEDED}


@pytest.mark.parametrize("facts", [after(CONSUMING, without_certificate=True), REFUSED, WITHDRAWN])
def test_profile_0_and_a_stopped_way_need_none_of_them(facts) -> None:
    """Nothing to order without a certificate, nor once refused."""
    assert set(outside(facts).values()) == {Standing.NOT_NEEDED}


def test_a_charter_waived_by_the_setting_is_not_an_open_step() -> None:
    waived = "La charte de consommation est exigée des services agissant pour le compte d’un tiers (réglage défaut)"
    told = journey(Facts(service="S-2026-0001", direction=Direction.CONSUMPTION, charter_waiver=waived))
    [charter] = [step for step in told.steps if step.key is Key.CHARTER]
    assert (charter.standing, charter.next_act) == (Standing.NOT_NEEDED, None)
    assert "compte d’un tiers" in charter.note


def test_the_journey_says_since_when_it_is_so() -> None:
    """The last act on what is behind; nothing before the first."""
    later = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    facts = after(SUBMITTED, acts={"services.open": Act(THEN, "A"), "candidacies.submit": Act(later, "B")})
    assert journey(facts).since == later
    assert journey(START).since is None


@pytest.mark.parametrize(("is_ended", "words"), [(False, "est acceptée pour le"), (True, "Le service a pris fin le")])
def test_an_end_that_is_behind_is_told_as_past(is_ended: bool, words: str) -> None:
    told = journey(after(START, ends_on=DUE, is_ended=is_ended))
    assert words in " ".join(step.note for step in told.steps if step.key is Key.CANDIDACY)
