"""From one list to the next: what did not change is not read again; whoever comes meanwhile waits, and is never denied."""

import threading
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.profiles import rulebook_file
from policy.profiles.rulebook import Rulebook
from policy.verdicts import decision, fragments, index, queries, stored
from policy.verdicts.index import Index
from policy.verdicts.question import Question
from policy.whitelist.models import Publication, WhitelistEntry
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import NotReady
from portal.tokens.scopes import Scope
from tests.factories import verdicts as made
from tests.factories import whitelist as entries
from tests.factories.grants import agent
from tests.factories.parties import proved
from tests.factories.profiles import PolicyVersionFactory
from tests.factories.tokens import bearer

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
HOSTILE = '],"environment":"production","x":[{"},{"access_profile":null,"'


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return BOOK


def body(*listed: dict[str, Any], **changes: Any) -> bytes:
    """The document as the whitelist writes it."""
    return orjson.dumps(made.document(*listed, **changes), option=orjson.OPT_SORT_KEYS)


def same(one: Index, other: Index) -> bool:
    """Whether two indexes hold the same rights, whatever numbers their establishments bear."""
    return [held(one, table) for table in TABLES] == [held(other, table) for table in TABLES]


TABLES = ("by_fingerprint", "by_client_id", "by_name")


def held(one: Index, table: str) -> dict[str, list[Any]]:
    names = {number: finess for finess, number in one.numbers.items()}
    return {
        name: [right._replace(perimeter={names[number] for number in right.perimeter}) for right in rights]  # type: ignore[arg-type]
        for name, rights in getattr(one, table).items()
    }


def test_only_what_changed_is_read_again(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    former = index.rebuild(body(*(made.entry(number) for number in range(1, 6))), book)
    read: list[bytes] = []
    monkeypatch.setattr(
        fragments, "read", lambda piece: read.append(piece) or orjson.loads(fragments.FIRST + piece + b"}")
    )
    later = [made.entry(1), made.entry(3, state="suspended"), made.entry(4), made.entry(7, establishments=[made.OTHER])]
    again = index.rebuild(body(*later, version=13), book, former)
    assert len(read) == 2
    assert again.version == 13
    assert same(again, index.build(made.document(*later), book))
    assert again.by_client_id["ror-1"][0] is former.by_client_id["ror-1"][0]


entry = st.builds(
    lambda number, state, region, service, establishments, name: made.entry(
        number, state=state, region=region, service_name=service, establishments=establishments, **name
    ),
    st.integers(1, 9),
    st.sampled_from(["approved", "suspended", 3]),
    st.sampled_from(["", "53"]),
    st.sampled_from(["Lits", HOSTILE, 'a"},{"access_profile":']),
    st.lists(st.sampled_from([made.FIRST, made.SECOND, made.OTHER, "x"]), unique=True),
    st.sampled_from([{}, {"names": [{"subject": "CN=a,O=b,C=FR", "verified": False}]}]),
)


@given(before=st.lists(entry, max_size=6), after=st.lists(entry, max_size=6))
@settings(max_examples=150, deadline=None)
def test_an_index_made_from_the_former_is_the_one_made_anew(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    anew = index.build(made.document(*after), BOOK)
    again = index.rebuild(body(*after), BOOK, index.rebuild(body(*before), BOOK))
    assert same(again, anew)
    assert (again.faults, again.count) == (anew.faults, anew.count)


def test_a_hostile_text_cuts_nothing() -> None:
    pieces = fragments.cut(body(made.entry(1, service_name=HOSTILE), made.entry(2, client_id=HOSTILE)))
    assert pieces is not None
    assert [fragments.read(piece)["reference"] for piece in pieces.entries] == ["LB-000001", "LB-000002"]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[]",
        b'{"entries":[],"environment":1}',
        orjson.dumps(made.document(made.entry(1))).replace(b'"count":1', b'"count":2'),
        body(made.entry(1)).replace(b'"count":1', b'"count":2'),
        body(made.entry(1)).replace(b'"version":12', b'"version":"12"'),
        body(made.entry(1), made.entry(2)).replace(b'"reference":', b'"reference"', 1),
    ],
)
def test_what_is_no_whole_publication_is_refused(damaged: bytes) -> None:
    with pytest.raises(index.DocumentRefused):
        index.rebuild(damaged, BOOK)


def test_another_layout_is_read_whole(book: Rulebook) -> None:
    listed = made.document(made.entry(1), made.entry(2))
    for text in (orjson.dumps(listed), orjson.dumps(listed, option=orjson.OPT_INDENT_2)):
        assert same(index.rebuild(text, book), index.build(listed, book))


def test_a_kept_index_serves_the_next_list_and_answers_to_its_own_name(book: Rulebook) -> None:
    first = index.rebuild(body(made.entry(1), made.entry(2)), book)
    data = stored.packed(first, key=b"k", name="production-12-aa")
    assert stored.unpacked(data, book, key=b"k", name="production-13-bb") is None
    again = stored.unpacked(data, book, key=b"k", name="production-12-aa")
    assert again is not None
    later = index.rebuild(body(made.entry(1), made.entry(3)), book, again)
    assert later.by_client_id["ror-1"][0] is again.by_client_id["ror-1"][0]
    asked = Question("patch", made.AT, client_id="ror-1", element="Location", establishment=made.FIRST)
    assert decision.decide(later, asked) == decision.decide(first, asked)


@pytest.fixture
def published() -> WhitelistEntry:
    PolicyVersionFactory(number="1")
    found = entries.approved(at=timezone.now() - timedelta(hours=1))
    queries._built.clear()
    queries._gates.clear()
    return found


def asked_by_api(published: WhitelistEntry) -> Any:
    question = {"client_id": published.client_id, "operation": "patch", "establishment": "350054680"}
    client = Client(headers=bearer(Scope.VERDICTS_READ))
    return client.post("/api/v1/verdicts", orjson.dumps(question), content_type="application/json")


@pytest.mark.django_db
def test_whoever_waits_too_long_is_told_to_come_back(
    published: WhitelistEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PATIENCE", 0.05)
    release, taken = threading.Event(), threading.Event()

    def busy() -> None:
        with queries._making:
            taken.set()
            release.wait(30)

    other = threading.Thread(target=busy)
    other.start()
    try:
        assert taken.wait(30)
        answer = asked_by_api(published)
        page = proved(agent(StaffRole.REVIEWER)).get("/simulateur/")
    finally:
        release.set()
        other.join()
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer["Content-Type"] == "application/problem+json"
    assert "effect" not in answer.json()
    assert (page.status_code, page["Retry-After"]) == (503, "1")
    assert "en cours de chargement" in page.content.decode()
    assert asked_by_api(published).json()["effect"] == "permit"


@pytest.mark.django_db
def test_a_list_that_cannot_be_read_gives_no_verdict(
    published: WhitelistEntry, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(index, "rebuild", lambda *_: (_ for _ in ()).throw(index.DocumentRefused("illisible")))
    answer = asked_by_api(published)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "ne peut pas être lue" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_process_is_warm_before_its_first_question(
    published: WhitelistEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries.warm(timezone.now())
    assert queries.gate_of_the_moment("production") is not None
    assert queries.gate_of_the_moment("sandbox") is not None
    queries._gates.clear()
    monkeypatch.setattr(queries, "gate_now", lambda *_: (_ for _ in ()).throw(NotReady("x", wait=1)))
    queries.warm(timezone.now())  # says so, and lets the process start
    assert Publication.objects.count()
