"""The canonical document: same rows, same bytes; a bad row never admits and never blocks."""

import random
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.profiles.rulebook import EMPTY
from policy.verdicts.index import build
from policy.whitelist import publication
from tests.factories.whitelist import certificate_row, row

AT = datetime(2026, 3, 3, 9, 0, 0, 123456, tzinfo=UTC)


def content(*rows: publication.EntryRow) -> publication.Content:
    return publication.content(rows, environment="production", policy_version="2026.1", policy_digest="ab" * 32)


def body(*rows: publication.EntryRow, version: int = 1) -> bytes:
    return publication.document(content(*rows), version=version, issued_at=AT, expires_at=AT + publication.LIFE)


def test_the_same_rows_give_the_same_bytes_whatever_their_order() -> None:
    rows = [row(n, certificates=[certificate_row(n), certificate_row(100 + n)]) for n in range(1, 20)]
    shuffled = random.Random(7).sample(rows, len(rows))
    turned = [
        row(n, certificates=[certificate_row(100 + n), certificate_row(n)], establishments=["290004324", "350054680"])
        for n in range(1, 20)
    ]
    assert body(*rows) == body(*shuffled) == body(*turned)


def test_the_document_says_what_gateways_check() -> None:
    said = orjson.loads(body(row(1), row(2, state="suspended"), version=12))
    assert {key: said[key] for key in said if key not in ("entries", "digest")} == {
        "schema": "ror-whitelist/1",
        "environment": "production",
        "version": 12,
        "issued_at": "2026-03-03T09:00:00Z",
        "expires_at": "2026-03-04T09:00:00Z",
        "count": 2,
        "policy_version": "2026.1",
        "policy_digest": "ab" * 32,
    }
    assert [entry["state"] for entry in said["entries"]] == ["approved", "suspended"]
    assert said["entries"][0]["certificates"][0].keys() == {"sha256", "subject", "not_after", "establishments"}
    assert list(said) == sorted(said)


def test_the_document_is_read_whole_by_the_index_of_verdicts() -> None:
    index = build(
        orjson.loads(body(row(1), row(2), row(3, certificates=[], feeding_profiles="", access_profile=0))), EMPTY
    )
    assert (index.count, index.faults, len(index.by_client_id)) == (3, (), 3)


def test_the_digest_depends_on_what_is_said_and_on_nothing_else() -> None:
    assert content(row(1)).digest == content(row(1)).digest
    assert content(row(1)).digest != content(row(1, state="suspended")).digest
    for policy in (("2026.2", "ab" * 32), ("2026.1", "cd" * 32)):
        other = publication.content(
            [row(1)], environment="production", policy_version=policy[0], policy_digest=policy[1]
        )
        assert content(row(1)).digest != other.digest


BAD = {
    "reference": "LB-1\n",
    "environment": "sandbox",
    "state": "proposed",
    "client_id": "",
    "service_name": "Lits\u0000en direct",
    "service": "",
    "url": "http://lits.exemple.fr/",
    "effective_at": None,
    "feeding_profiles": "C",
    "access_profile": 2,
    "region": "53",
    "establishments": [],
    "certificates": [],
}


@pytest.mark.parametrize(("name", "value"), BAD.items(), ids=list(BAD))
def test_a_bad_row_is_named_and_the_others_are_published(name: str, value: object) -> None:
    said = content(row(1, **{name: value}), row(2), row(3, state="suspended"))
    assert [entry["reference"] for entry in orjson.loads(said.body)["entries"]] == ["LB-000002", "LB-000003"]
    assert len(said.set_aside) == 1
    assert said.set_aside[0].reason


@pytest.mark.parametrize(
    "certificate",
    [
        {"sha256": "AB" * 32},
        {"sha256": ""},
        {"subject": ""},
        {"subject": "CN=a\nCN=b"},
        {"not_after": datetime(2027, 1, 1)},  # noqa: DTZ001
        {"establishments": []},
        {"establishments": ["010000024"]},
    ],
)
def test_a_row_with_a_bad_certificate_is_left_out(certificate: dict) -> None:
    assert content(row(1, certificates=[certificate_row(1, **certificate)])).count == 0


@pytest.mark.parametrize(
    "shared",
    [
        {"client_id": "client-1"},
        {"certificates": [certificate_row(1)]},
        {"certificates": [certificate_row(2, subject=certificate_row(1).subject)]},
    ],
)
def test_two_rows_that_cannot_be_told_apart_are_both_left_out(shared: dict) -> None:
    said = content(row(1), row(2, **shared), row(3))
    assert [entry["reference"] for entry in orjson.loads(said.body)["entries"]] == ["LB-000003"]
    assert [aside.reference for aside in said.set_aside] == ["LB-000001", "LB-000002"]


def test_a_doubled_row_admits_nobody() -> None:
    assert content(row(1), row(1), row(2)).count == 1


def test_profile_zero_needs_no_certificate() -> None:
    assert content(row(1, certificates=[], feeding_profiles="", access_profile=0, establishments=[])).count == 1


@given(
    st.builds(
        row,
        client_id=st.text(max_size=5),
        url=st.text(max_size=8) | st.just("https://a.fr"),
        establishments=st.lists(st.text(min_size=8, max_size=9), max_size=2),
        feeding_profiles=st.sampled_from(["", "A", "B", "AB", "BA"]),
        access_profile=st.none() | st.integers(-1, 7),
        state=st.sampled_from(["approved", "suspended", "withdrawn", ""]),
        region=st.sampled_from(["", "53"]),
    )
)
def test_whatever_a_row_holds_it_is_published_sound_or_named(candidate: publication.EntryRow) -> None:
    said = content(candidate, row(2))
    assert said.count + len(said.set_aside) == 2
    for entry in orjson.loads(said.body)["entries"]:
        assert entry["url"].startswith("https://")
        assert entry["client_id"]
        assert bool(entry["feeding_profiles"]) != (entry["access_profile"] is not None)
    publication.document(said, version=1, issued_at=AT, expires_at=AT + timedelta(hours=1))


@pytest.mark.parametrize("count", [0, 1, 12])
def test_the_document_written_around_its_entries_is_canonical_and_whole(count: int) -> None:
    rows = [row(n) for n in range(1, count + 1)]
    made, said = body(*rows, version=7), content(*rows)
    read = orjson.loads(made)
    assert publication.canonical(read) == made
    assert (read["version"], read["count"], read["digest"]) == (7, count, said.digest)
    judged = {key: read[key] for key in ("environment", "policy_digest", "policy_version", "entries")}
    assert publication.canonical(judged) == said.body
    assert set(read) - set(judged) == {"schema", "version", "issued_at", "expires_at", "count", "digest"}


@pytest.mark.parametrize(
    "wrong", ["35005468", "3500546800", "", None, "35005\n680", "é50054680", "350054680|290004324"]
)
def test_one_illegible_number_among_others_leaves_its_row_out(wrong: str | None) -> None:
    numbers = ["350054680", wrong, "290004324"]
    said = content(row(1, establishments=numbers), row(2))
    assert [aside.reason for aside in said.set_aside] == ["numéro FINESS illisible"]
    assert publication.fault(row(1, establishments=[wrong]), "production") == "numéro FINESS illisible"
