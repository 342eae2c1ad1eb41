"""What stays the vendor's own duty: shown with the profiles, noted by name and date, asked for before the deposit."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from onboarding.candidacies import duties, operations, queries
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.duties import Duties
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import contents
from portal.lifecycle.errors import Incomplete
from tests.factories.candidacies import fillable, representative
from tests.factories.profiles import PolicyVersionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TEXTS = ("Le service filtre.", "Le service rafraîchit sa copie.")
SHOWN = Duties("2", TEXTS)


def test_a_note_says_who_when_and_which_version_and_is_dated_once() -> None:
    note = duties.dated(SHOWN.to_note, by="Camille Martin", at=NOW)
    assert note == {"policy": "2", "texts": list(TEXTS), "by": "Camille Martin", "at": NOW.isoformat()}
    assert duties.dated(note, by="Autre", at=NOW + timedelta(days=1)) == note
    said = duties.words(note).replace("\u00a0", " ")
    assert said.startswith("Pris acte par Camille Martin, vendredi 20 novembre 2026")
    assert "politique 2 :" in said
    assert all(text in said for text in TEXTS)


@pytest.mark.parametrize(
    ("note", "covered"),
    [
        (SHOWN.to_note, True),
        (Duties("1", TEXTS).to_note, True),
        (Duties("2", TEXTS[:1]).to_note, False),
        ({}, False),
    ],
)
def test_a_note_covers_exactly_the_texts_it_was_taken_of(note: dict[str, Any], covered: bool) -> None:
    assert duties.covers(note, TEXTS) is covered


def test_a_policy_without_duty_gives_nothing_to_note() -> None:
    assert Duties("2").to_note == {}
    assert queries.own_duties("feeding", at=NOW) == Duties()


@pytest.fixture
def draft() -> Candidacy:
    """A draft that lacks the note alone, under the delivered policy."""
    PolicyVersionFactory(number="1")
    return fillable()


def _noted(draft: Candidacy) -> dict[str, Any]:
    draft.refresh_from_db()
    return dict(draft.acknowledged_duties)


def _post(client: Client, draft: Candidacy, **box: Any) -> Any:
    address = f"/candidatures/{draft.reference}/profils/"
    typed = {"requested_profiles": ["A"], "justification_A": "Pour les lits."}
    return client.post(address, {**typed, **box, "seen": queries.seen(draft, Block.PROFILES)})


def test_the_deposit_waits_for_the_note(draft: Candidacy) -> None:
    boss = representative(draft)
    assert [lack.field for lack in queries.missing(draft)] == ["acknowledged_duties"]
    with pytest.raises(Incomplete):
        operations.submit(draft, by=boss)
    shown = queries.own_duties(draft.direction, at=NOW)
    operations.edit(draft, Block.PROFILES, {"acknowledged_duties": shown.to_note}, by=boss)
    version = operations.submit(draft, by=boss)
    frozen = json.loads(version.content)["answers"]["acknowledged_duties"]
    assert frozen["by"] == boss.full_name
    assert (frozen["policy"], tuple(frozen["texts"])) == ("1", shown.texts)


def test_the_box_shows_the_texts_and_keeps_the_first_note(draft: Candidacy, client: Client) -> None:
    boss, key = representative(draft), queries.own_duties("feeding", at=NOW).key
    client.force_login(boss)
    page = client.get(f"/candidatures/{draft.reference}/profils/").content.decode()
    assert "Le service n’écrit que pour les établissements de sa liste" in page
    assert _post(client, draft, acknowledged_duties=[key]).status_code == 302
    first = _noted(draft)
    assert first["by"] == boss.full_name
    assert _post(client, draft, acknowledged_duties=[key]).status_code == 302
    assert _noted(draft) == first
    assert _post(client, draft).status_code == 302
    assert _noted(draft) == {}


def test_nobody_takes_note_of_texts_he_was_not_shown(draft: Candidacy, client: Client) -> None:
    client.force_login(representative(draft))
    answer = _post(client, draft, acknowledged_duties=["ancienne"])
    assert answer.status_code == 422
    assert "relisez ces devoirs" in answer.content.decode()
    assert _noted(draft) == {}


def test_a_new_policy_with_other_duties_asks_again(draft: Candidacy) -> None:
    boss = representative(draft)
    note = {**queries.own_duties("feeding", at=NOW).to_note, "texts": ["Un devoir d’avant."]}
    operations.edit(draft, Block.PROFILES, {"acknowledged_duties": note}, by=boss)
    assert [lack.field for lack in queries.missing(draft)] == ["acknowledged_duties"]


def test_the_printed_request_and_the_agency_read_the_note(draft: Candidacy) -> None:
    shown = queries.own_duties("feeding", at=NOW)
    boss = representative(draft)
    operations.edit(draft, Block.PROFILES, {"acknowledged_duties": shown.to_note}, by=boss)
    draft.refresh_from_db()
    printed = dict(line for section in contents.sections(draft) for line in section.lines)
    assert f"Pris acte par {boss.full_name}" in printed["Devoirs propres au service"]
    [card] = [part for part in queries.blocks(draft) if part.block is Block.PROFILES]
    assert shown.texts[0] in card.lines[-1].words
