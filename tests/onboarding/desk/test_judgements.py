"""The strip of checks, the alerts of the dashboard, the acts of the pane: tables of cases without database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from onboarding.candidacies.lifecycle import Move, State
from onboarding.desk import alerts, checks, pane
from onboarding.desk import facts as known
from onboarding.desk.alerts import Gravity
from onboarding.desk.checks import Criterion, Identity, Verdict
from onboarding.desk.facts import Facts
from policy.grants.direction import Direction
from policy.grants.lifecycle import State as GrantState

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
    assert titles == ["Identité", "Charte", "Certificat"]


ALERTS = [
    ("nothing", GOOD, []),
    ("suspended", replace(GOOD, grant=replace(GRANT, state=GrantState.SUSPENDED)), [(Gravity.ERROR, "grant")]),
    (
        "to correct",
        replace(GOOD, candidacy=known.Candidacy("C-2026-0001", State.RETURNED, comments=2)),
        [(Gravity.WARNING, "candidacy")],
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
        "candidacy_assess",
        "candidacy_comment",
        "candidacy_return",
        "candidacy_complete",
    ]
    assert all(act.is_possible and act.consequence for act in acts)


def test_pane_says_what_is_lacking() -> None:
    acts = pane.acts(
        [Move.RETURN_TO_VENDOR, Move.DECLARE_COMPLETE], prepared=0, before_completeness=["Répondez à la grille."]
    )
    assert [act.lacking for act in acts] == [("Préparez au moins un commentaire.",), ("Répondez à la grille.",)]


def test_pane_is_empty_when_nothing_is_open() -> None:
    assert pane.acts([], prepared=0, before_completeness=[]) == []
