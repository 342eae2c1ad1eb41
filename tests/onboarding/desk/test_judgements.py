"""The strip of checks, the alerts of the dashboard, the acts of the pane: tables of cases without database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from onboarding.candidacies import pane
from onboarding.candidacies.lifecycle import Move, State
from onboarding.desk import alerts, checks, review_clock
from onboarding.desk import facts as known
from onboarding.desk.alerts import Gravity
from onboarding.desk.checks import Criterion, Identity, Verdict
from onboarding.desk.facts import Facts
from onboarding.desk.review_clock import Delays, Past, Rules
from policy.grants.direction import Direction
from policy.grants.lifecycle import State as GrantState
from portal.calendar.ruler import Ruler

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
LIST = known.EstablishmentList("L-2026-0001", "draft", valid=3, total=3)
CERTIFICATE = known.Certificate("CE-2026-0001", NOW, NOW + timedelta(days=400))
GRANT = known.Grant("H-2026-0001", GrantState.ACTIVE, needs_certificate=True)
GOOD = Facts(
    service="S-2026-0001",
    direction=Direction.FEEDING,
    claim=known.Claim("R-2026-0001", "verified"),
    candidacy=known.Candidacy("C-2026-0001", State.COMPLETE),
    establishment_list=LIST,
    charter_signed_at=NOW,
    test_certificate=CERTIFICATE,
    grant=GRANT,
)
VERIFIED = Identity("Claude Martin, gérante : vérifié.")

STRIP = [
    ("all good", GOOD, VERIFIED, {}),
    ("nobody verified", GOOD, None, {"Identité": Verdict.DOUBT}),
    ("two claims", GOOD, Identity("Vérifié.", 1), {"Identité": Verdict.DOUBT}),
    ("charter unsigned", replace(GOOD, charter_signed_at=None), VERIFIED, {"Charte": Verdict.BAD}),
    (
        "wrong lines",
        replace(GOOD, establishment_list=replace(LIST, valid=2)),
        VERIFIED,
        {"Liste d’établissements": Verdict.DOUBT},
    ),
    (
        "no valid line",
        replace(GOOD, establishment_list=replace(LIST, valid=0)),
        VERIFIED,
        {"Liste d’établissements": Verdict.BAD},
    ),
    ("no list", replace(GOOD, establishment_list=None), VERIFIED, {"Liste d’établissements": Verdict.BAD}),
    ("no certificate yet", replace(GOOD, test_certificate=None), VERIFIED, {"Certificat": Verdict.NONE}),
    (
        "certificate expired",
        replace(GOOD, test_certificate=replace(CERTIFICATE, not_after=NOW)),
        VERIFIED,
        {"Certificat": Verdict.BAD},
    ),
    (
        "profile 0",
        replace(GOOD, test_certificate=None, grant=replace(GRANT, needs_certificate=False)),
        VERIFIED,
        {},
    ),
]


@pytest.mark.parametrize(
    ("facts", "identity", "expected"), [case[1:] for case in STRIP], ids=[case[0] for case in STRIP]
)
def test_strip_of_checks(facts, identity, expected) -> None:
    found = {check.title: check for check in checks.strip(facts, identity=identity, criteria=(), now=NOW)}
    assert {title: check.verdict for title, check in found.items() if check.verdict is not Verdict.GOOD} == expected
    assert all(check.evidence for check in found.values())


@pytest.mark.parametrize(("answer", "verdict"), [("yes", Verdict.GOOD), ("no", Verdict.BAD), ("", Verdict.DOUBT)])
def test_strip_shows_what_the_portal_suggests_on_each_criterion(answer, verdict) -> None:
    criteria = (Criterion("Les profils correspondent.", answer, "Profils demandés : B."),)
    last = checks.strip(GOOD, identity=VERIFIED, criteria=criteria, now=NOW)[-1]
    assert (last.title, last.verdict, last.evidence) == (
        "Les profils correspondent",
        verdict,
        "Profils demandés : B.",
    )


def test_strip_of_a_consumer_has_no_list() -> None:
    facts = replace(GOOD, direction=Direction.CONSUMPTION)
    titles = [check.title for check in checks.strip(facts, identity=VERIFIED, criteria=(), now=NOW)]
    assert titles == ["Identité", "Pièces et réponses", "Conflits et dossiers semblables", "Charte", "Certificat"]


ALERTS = [
    ("nothing", GOOD, []),
    ("suspended", replace(GOOD, grant=replace(GRANT, state=GrantState.SUSPENDED)), [(Gravity.ERROR, "grant")]),
    (
        "to correct",
        replace(GOOD, candidacy=known.Candidacy("C-2026-0001", State.RETURNED, comments=2)),
        [(Gravity.WARNING, "candidacy_corrections")],
    ),
    (
        "secret to read",
        replace(GOOD, grant=replace(GRANT, secret_waits_in="sandbox")),
        [(Gravity.WARNING, "grant_secret")],
    ),
    (
        "secret of an ended right",
        replace(GOOD, grant=replace(GRANT, state=GrantState.WITHDRAWN, secret_waits_in="sandbox")),
        [],
    ),
    ("wrong lines", replace(GOOD, establishment_list=replace(LIST, valid=2)), [(Gravity.WARNING, "list")]),
    (
        "certificate ends soon",
        replace(GOOD, test_certificate=replace(CERTIFICATE, not_after=NOW + timedelta(days=30))),
        [(Gravity.WARNING, "certificate")],
    ),
    (
        "certificate ended and lines to mend",
        replace(
            GOOD,
            production_certificate=replace(CERTIFICATE, not_after=NOW - timedelta(days=1)),
            establishment_list=replace(LIST, valid=2),
        ),
        [(Gravity.ERROR, "certificate"), (Gravity.WARNING, "list")],
    ),
]


@pytest.mark.parametrize(("facts", "expected"), [case[1:] for case in ALERTS], ids=[case[0] for case in ALERTS])
def test_alerts_of_a_way(facts, expected) -> None:
    found = alerts.alerts(facts, name="Lits en direct", now=NOW, horizon=NOW + timedelta(days=90))
    assert [(alert.gravity, alert.url_name) for alert in found] == expected
    assert all("Lits en direct" in alert.title for alert in found)


def test_pane_offers_the_moves_that_are_open_in_the_order_of_the_review() -> None:
    moves = [Move.DECLARE_COMPLETE, Move.COMMENT, Move.ASSESS, Move.RETURN_TO_VENDOR, Move.WRITE]
    acts = pane.acts(moves, prepared=1, before_completeness=[])
    assert [act.url_name for act in acts] == [
        "candidacy_complete",
        "candidacy_return",
    ]
    assert [act.url_name for act in pane.preparations(moves)] == ["candidacy_assess", "candidacy_comment"]
    assert len(pane.acts(list(Move), prepared=1, before_completeness=[])) == pane.MOST
    assert all(act.is_possible and act.consequence for act in acts)


def test_pane_says_what_is_lacking() -> None:
    acts = pane.acts(
        [Move.RETURN_TO_VENDOR, Move.DECLARE_COMPLETE], prepared=0, before_completeness=["Répondez à la grille."]
    )
    assert [act.lacking for act in acts] == [("Répondez à la grille.",), ("Préparez au moins un commentaire.",)]


def test_pane_is_empty_when_nothing_is_open() -> None:
    assert pane.acts([], prepared=0, before_completeness=[]) == []


def test_strip_names_what_is_missing_and_the_services_that_look_alike() -> None:
    def verdicts(**more):
        found = checks.strip(GOOD, identity=VERIFIED, criteria=(), now=NOW, **more)
        return {one.title: (one.verdict, one.evidence) for one in found}

    pieces, alike = "Pièces et réponses", "Conflits et dossiers semblables"
    assert verdicts()[pieces][0] is verdicts()[alike][0] is Verdict.GOOD
    verdict, evidence = verdicts(lacking=("a", "b", "c", "d", "e"))[pieces]
    assert (verdict, evidence) == (Verdict.BAD, "Reste à compléter : a ; b ; c. Et 2 autres.")
    name = checks.Alike("C-1", "Autre", is_other_owner=True, is_same_address=False)
    own = checks.Alike("C-2", "Soi", is_other_owner=False, is_same_address=True)
    conflict = checks.Alike("C-3", "Rival", is_other_owner=True, is_same_address=True)
    for found, expected in (((name,), Verdict.DOUBT), ((own,), Verdict.DOUBT), ((own, conflict), Verdict.BAD)):
        assert verdicts(alike=found)[alike][0] is expected
    assert verdicts(alike=(name,))[alike][1] == "Voir C-1 (Autre, même nom)."


CLOCK_RULES = Rules(allowance=20, silence_months=2)
CLOCKS = [
    ("never deposited", State.DRAFT, Past(), Delays()),
    ("running", State.SUBMITTED, Past([NOW]), (date(2026, 3, 31), 20 - 9, False, False, date(2026, 5, 3))),
    ("returned", State.RETURNED, Past([NOW], [NOW + timedelta(days=1)]), (None, 20 - 1, True, False, None)),
    ("complete", State.COMPLETE, Past([NOW]), (None, None, False, False, date(2026, 5, 3))),
    (
        "deferred then deposited again",
        State.SUBMITTED,
        Past([NOW - timedelta(days=60), NOW], (), NOW - timedelta(days=30)),
        (date(2026, 3, 31), 20 - 9, False, False, date(2026, 5, 3)),
    ),
    ("late", State.UNDER_REVIEW, Past([NOW - timedelta(days=60)]), Delays()),
]


@pytest.mark.parametrize(("case", "state", "past", "expected"), CLOCKS, ids=[case for case, *_ in CLOCKS])
def test_delays_of_a_request_stand_still_on_the_vendor_s_turn(case, state, past, expected) -> None:
    """Read thirteen days after NOW, a Tuesday: nine working days later."""
    now = NOW + timedelta(days=13)
    ruler = Ruler(date(2025, 12, 1), now.date())
    found = review_clock.delays(state, past, CLOCK_RULES, ruler, now)
    if case == "late":
        assert (found.is_late, found.left) == (True, 20 - 51)
    elif isinstance(expected, Delays):
        assert found == expected
    else:
        assert (found.due, found.left, found.is_paused, found.is_late, found.silence_on) == expected


@pytest.mark.parametrize("days", [30, 31, 40, 200])
def test_left_is_what_the_calendar_s_own_clock_says(days) -> None:
    past = Past([NOW, NOW + timedelta(days=30)], [NOW + timedelta(days=3)])
    clock = review_clock.running(past, 20)
    now = NOW + timedelta(days=days)
    assert review_clock.left(clock, Ruler(NOW.date(), now.date()), now) == clock.remaining(now)


def test_a_service_in_place_is_told_of_a_new_exposure_model() -> None:
    """One that follows the current version, or has no right yet, is told nothing."""
    behind = replace(GOOD, candidacy=known.Candidacy("C-2026-0001", State.ADMITTED, exposure_model="3.0"))
    (one,) = alerts.alerts(behind, name="Lits", now=NOW, horizon=NOW)
    assert (one.gravity, one.title) == (Gravity.WARNING, "Lits : nouvelle version du modèle")
    assert "3.0.1" in one.sentence
    current = replace(behind, candidacy=replace(behind.candidacy, exposure_model="3.0.1"))
    assert alerts.alerts(current, name="Lits", now=NOW, horizon=NOW) == []
    assert alerts.alerts(replace(behind, grant=None), name="Lits", now=NOW, horizon=NOW) == []
