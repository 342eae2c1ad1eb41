"""An index kept as bytes: the same answers, and nothing is believed that was cut, changed or made elsewhere."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from policy.profiles import rulebook_file
from policy.profiles.rulebook import Rulebook
from policy.verdicts import decision, index, queries, stored
from policy.verdicts.index import Index
from policy.verdicts.question import Question
from tests.factories import verdicts as made
from tests.factories import whitelist as entries
from tests.factories.profiles import PolicyVersionFactory

KEY = b"une cle"


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def held(book: Rulebook) -> Index:
    """Several rights, one of them limited to some establishments, one without certificate, one partly closed, one that cannot be read."""
    own = [
        {"sha256": "ab" * 32, "subject": "CN=x", "not_after": "2028-01-01T00:00:00Z", "establishments": [made.FIRST]}
    ]
    bare = made.entry(3, feeding_profiles=[], access_profile=0, establishments=[], certificates=[])
    wrong = made.entry(4, establishments=["x"])
    shut = made.entry(
        5, establishments=[made.FIRST], closed={"profiles": ["B"], "establishments": [made.SECOND, made.OTHER]}
    )
    return index.build(made.document(made.entry(1), made.entry(2, certificates=own), bare, wrong, shut), book)


def test_what_is_read_back_answers_alike(held: Index, book: Rulebook) -> None:
    again = stored.unpacked(stored.packed(held, key=KEY), book, key=KEY)
    assert again is not None
    assert (again.by_fingerprint, again.by_client_id) == (held.by_fingerprint, held.by_client_id)
    assert (again.numbers, again.count, again.faults) == (held.numbers, held.count, held.faults)
    assert again.faults
    for name in (*held.by_fingerprint, "0" * 64):
        for finess in (made.FIRST, made.OTHER, None):
            asked = Question("patch", made.AT, fingerprint=name, element="Location", establishment=finess)
            assert decision.decide(again, asked) == decision.decide(held, asked)


def test_certificates_of_an_entry_still_share_its_set(held: Index, book: Rulebook) -> None:
    again = stored.unpacked(stored.packed(held, key=KEY), book, key=KEY)
    assert again is not None
    shared = {id(right.perimeter) for rights in again.by_client_id.values() for right in rights}
    first = next(iter(again.by_fingerprint.values()))[0]
    assert id(first.perimeter) in shared


def test_nothing_else_is_believed(held: Index, book: Rulebook, tmp_path: Path) -> None:
    data = stored.packed(held, key=KEY)
    changed = bytes([data[-1] ^ 1])
    for other in (data[:-1], data[:-1] + changed, data + b"x", b"", b"x" * 100, changed + data[1:]):
        assert stored.unpacked(other, book, key=KEY) is None
    assert stored.unpacked(data, book, key=b"autre") is None
    assert stored.read(tmp_path, "absent", book, key=KEY) is None


def test_a_newer_list_takes_the_place_of_the_former(held: Index, book: Rulebook, tmp_path: Path) -> None:
    for version in (1, 2):
        stored.write(tmp_path / "index", f"production-{version}-aa", held, key=KEY)
    assert [path.name for path in (tmp_path / "index").iterdir()] == ["production-2-aa"]
    assert stored.read(tmp_path / "index", "production-2-aa", book, key=KEY) is not None


def test_a_full_disk_keeps_no_half_of_an_index(
    held: Index, book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as half:
            half.write(data[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        stored.write(tmp_path, "production-1-aa", held, key=KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_another_process_builds_nothing(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    PolicyVersionFactory(number="1")
    entry = entries.approved(at=timezone.now() - timedelta(hours=1))
    queries._built.clear()
    first = queries.index_at("production", timezone.now())
    queries._built.clear()
    monkeypatch.setattr(index, "rebuild", lambda *_: pytest.fail("built again"))
    again = queries.index_at("production", timezone.now())
    assert again.by_client_id == first.by_client_id
    assert entry.client_id in again.by_client_id


@pytest.mark.django_db
def test_a_disk_that_refuses_costs_nothing_but_time(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    PolicyVersionFactory(number="1")
    entry = entries.approved(at=timezone.now() - timedelta(hours=1))
    queries._built.clear()
    assert entry.client_id in queries.index_at("production", timezone.now()).by_client_id
