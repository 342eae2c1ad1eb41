"""The causes of a failing connection, in the order in which a gateway meets them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pyroaring import FrozenBitMap

from policy.certificates import checks, inspection
from policy.certificates.checks import Outcome
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.revocation import Standing
from policy.diagnosis import causes, codes, edge
from policy.diagnosis.causes import Applied, Known
from policy.verdicts.index import Right
from tests.factories.certificates import AT, anchors, issued

READ = inspection.inspect(issued(), anchors(), at=AT)
RIGHT = Right("LB-000001", "S-2026-0001", frozenset({"A"}), "approved", 0.0, 1e12, "", FrozenBitMap([1, 2]))
GOOD = Known("CE-2026-0001", "declared", rights=(RIGHT,), version=7)
SOON = (AT + timedelta(days=2)).timestamp()


def findings(known: Known = GOOD, read: Any = READ, where: Environment = Environment.PRODUCTION) -> causes.Findings:
    return causes.examine(read, known, environment=where, at=AT)


def test_a_sound_connection_has_no_cause_and_tells_its_profile() -> None:
    said = findings()
    assert said.passes
    assert said.next_action == causes.NOTHING
    profile = said.checks[-1].sentence
    assert "Profil A" in profile
    assert "2 établissements" in profile


@pytest.mark.parametrize(
    ("known", "cause", "words"),
    [
        (replace(GOOD, reference="", state="", rights=()), "declared", "aucun service"),
        (Known(elsewhere=True, version=7), "declared", "l’autre environnement"),
        (replace(GOOD, state="retired"), "declared", "retiré"),
        (replace(GOOD, revocation=checks.revocation(Standing.REVOKED, "Révoqué.")), "revocation", "Révoqué"),
        (replace(GOOD, rights=()), "listed", "Aucune inscription en vigueur"),
        (replace(GOOD, rights=(), version=0), "listed", "Aucune liste"),
        (replace(GOOD, rights=(), waiting="LB-000002 attend une approbation"), "listed", "LB-000002"),
        (replace(GOOD, rights=(RIGHT._replace(state="suspended"),)), "listed", "suspendue"),
        (replace(GOOD, rights=(RIGHT._replace(opens=SOON),)), "listed", "ne prend effet"),
    ],
)
def test_what_the_portal_knows_names_the_cause(known: Known, cause: str, words: str) -> None:
    said = findings(known)
    assert said.cause is not None
    assert said.cause.name == cause
    assert words in said.cause.sentence
    assert said.next_action == said.cause.remedy
    assert said.next_action


def test_one_open_right_among_several_is_enough() -> None:
    closed = RIGHT._replace(entry="LB-000009", state="suspended")
    assert findings(replace(GOOD, rights=(closed, RIGHT))).passes


@pytest.mark.parametrize(
    ("read", "cause"),
    [
        (inspection.inspect(issued(), [], at=AT), "chain"),
        (inspection.inspect(issued(Hierarchy.TEST), anchors(), at=AT), "hierarchy"),
        (inspection.inspect(issued(at=AT - timedelta(days=4 * 365)), anchors(), at=AT), "validity"),
    ],
)
def test_the_outermost_cause_comes_first(read: Any, cause: str) -> None:
    said = findings(replace(GOOD, state="", rights=()), read)
    assert said.cause is not None
    assert said.cause.name == cause


def test_gateways_that_lag_are_told_and_stop_nothing() -> None:
    told = replace(GOOD, applied=(Applied("façade 1", 7, AT), Applied("façade 2", 6, AT)))
    check = next(check for check in findings(told).checks if check.name == "applied")
    assert (check.outcome, "façade 2, version 6" in check.sentence) == (Outcome.UNAVAILABLE, True)
    assert "façade 1" not in check.sentence
    fresh = replace(GOOD, applied=(Applied("façade 1", 7, AT),))
    assert next(check for check in findings(fresh).checks if check.name == "applied").outcome is Outcome.GOOD


def test_a_support_code_is_read_however_it_is_typed() -> None:
    code = codes.made_of(bytes(range(8)))
    assert codes.read(f" {code.lower().replace('-', ' – ')} ") == code
    assert {codes.read(text) for text in ("", "ABCDE-FGHI0", "ABCDE", code + "A")} == {""}
    assert codes.made_of(b"\xff" * 8) != code


KEY = "k" * edge.SHORTEST_KEY
SAID = {edge.KEY_HEADER: KEY, edge.CERTIFICATE_HEADER: "-----BEGIN%20CERTIFICATE-----", edge.SUBJECT_HEADER: "CN=a"}


@pytest.mark.parametrize(
    ("headers", "key", "believed"),
    [
        (SAID, KEY, True),
        ({**SAID, edge.KEY_HEADER: KEY + "x"}, KEY, False),
        ({**SAID, edge.KEY_HEADER: "é"}, KEY, False),
        ({name: said for name, said in SAID.items() if name != edge.KEY_HEADER}, KEY, False),
        ({**SAID, edge.KEY_HEADER: ""}, "", False),
        ({**SAID, edge.KEY_HEADER: "short"}, "short", False),
    ],
)
def test_only_the_front_server_is_believed(headers: dict[str, str], key: str, believed: bool) -> None:
    said = edge.presented(headers, key=key)
    assert (said is not None) is believed
    if said:
        assert said.pem == "-----BEGIN CERTIFICATE-----"


def test_a_name_in_octets_is_read_as_text() -> None:
    name = "ST=Côte-d'Or (21)".encode().decode("latin-1")
    said = edge.presented({**SAID, edge.SUBJECT_HEADER: name}, key=KEY)
    assert said is not None
    assert said.subject == "ST=Côte-d'Or (21)"
