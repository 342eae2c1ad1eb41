"""The list of dossiers: columns, saved views, exports, acts on many with their preview."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from onboarding.candidacies.lifecycle import State
from onboarding.desk import columns
from onboarding.desk.columns import Column
from onboarding.workbench import operations
from onboarding.workbench.models import Batch, SavedView
from portal.accounts.roles import StaffRole
from portal.audit.models import AccessTrace, AuditEvent
from portal.outbox.models import OutboxMessage
from tests.factories.accounts import entered
from tests.factories.candidacies import CandidacyFactory, reviewer, secretary
from tests.factories.committee import SessionFactory
from tests.factories.grants import agent
from tests.factories.parties import NOW

pytestmark = pytest.mark.django_db
LIST = "/dossiers/"


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode()).replace("\u00a0", " ")


ROW = {
    "reference": "C-2026-0001",
    "received_at": datetime(2026, 3, 3, 23, 30, tzinfo=UTC),
    "reviewer__first_name": None,
    "reviewer__last_name": None,
    "reviewer__email": None,
    "decision_reference": None,
    "session_reference": "CS-2026-0001",
    "requested_profiles": ["A", "B"],
    "region_routes": {"84": "eai", "11": "direct"},
    "state": "submitted",
}


def test_columns_are_read_in_the_order_offered_and_default_to_everybody_s() -> None:
    assert columns.read(["etat", "service", "inconnue"]) == (Column.SERVICE, Column.STATE)
    assert columns.read([]) == columns.read(["x"]) == columns.DEFAULT
    assert columns.names([Column.COMMITTEE]) == ["reference", "decision_reference", "session_reference"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (Column.RECEIVED, datetime(2026, 3, 4, tzinfo=UTC).date()),
        (Column.REVIEWER, ""),
        (Column.COMMITTEE, "CS-2026-0001"),
        (Column.PROFILES, "A, B"),
        (Column.REGIONS, "11, 84"),
        (Column.STATE, "Déposée"),
    ],
)
def test_cells_of_a_spreadsheet(column, expected) -> None:
    assert columns.cell(column, ROW) == expected


def test_list_shows_the_columns_chosen_and_escapes_names() -> None:
    one = reviewer()
    CandidacyFactory(direction="feeding", submitted=True, service__name="Lits <b>&</b> fils")
    client = entered(one)
    page = text_of(client.get(LIST))
    assert "Lits &lt;b&gt;&amp;&lt;/b&gt; fils" in page
    answer = client.post(reverse("list_columns"), {"columns": ["siren", "etat"]})
    assert answer["Location"] == LIST
    page = text_of(client.get(LIST))
    assert '<th scope="col">SIREN</th>' in page
    assert "Lits &lt;b" not in page
    assert client.post(reverse("list_columns"), {}).status_code == 422


def test_a_view_is_saved_from_the_filters_of_the_address_and_opened_by_a_colleague() -> None:
    CandidacyFactory(direction="feeding", submitted=True, service__name="Visible")
    CandidacyFactory(direction="feeding", service__name="Brouillon caché")
    client = entered(reviewer())
    assert "Déposée" in text_of(client.get(reverse("view_save"), {"etat": "submitted"}))
    answer = client.post(reverse("view_save") + "?etat=submitted", {"name": "À prendre", "is_shared": "on"})
    view = SavedView.objects.get()
    assert answer["Location"] == f"{LIST}?vue={view.reference}"
    colleague = entered(reviewer())
    page = text_of(colleague.get(LIST, {"vue": view.reference}))
    assert "Visible" in page
    assert "Brouillon caché" not in page
    assert colleague.get(reverse("view_drop", args=[view.reference])).status_code == 403
    assert colleague.get(LIST, {"vue": "V-1999-0001"}).status_code == 404
    assert client.post(reverse("view_drop", args=[view.reference]))["Location"] == LIST


def test_an_auditor_reads_the_list_and_keeps_nothing() -> None:
    client = entered(agent(StaffRole.AUDITOR))
    CandidacyFactory(direction="feeding", submitted=True)
    page = text_of(client.get(LIST))
    assert 'name="dossier"' not in page
    for name in ("view_save", "list_columns", "batch_run"):
        assert reverse(name) not in page
        assert client.post(reverse(name)).status_code == 403


def test_exports_hold_the_filtered_list_and_no_formula() -> None:
    one = reviewer()
    for name in ("=HYPERLINK(1)", "Beta"):
        CandidacyFactory(direction="feeding", submitted=True, service__name=name)
    CandidacyFactory(direction="feeding")
    operations.choose_columns(["service", "arrivee"], by=one, at=NOW)
    client = entered(one)
    answer = client.get(reverse("dossier_export", args=["csv"]), {"etat": "submitted", "tri": "service"})
    assert answer.streaming
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Dossier", "Service", "Arrivée"]
    assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(1)", "Beta"]
    book = client.get(reverse("dossier_export", args=["xlsx"]), {"etat": "submitted", "tri": "service"})
    page = load_workbook(io.BytesIO(book.content)).active
    assert [(cell.value, cell.data_type) for cell in page["B"]][1] == ("=HYPERLINK(1)", "s")
    assert AccessTrace.objects.filter(sentence__startswith="Export de la liste").count() == 2
    assert client.get(reverse("dossier_export", args=["pdf"])).status_code == 404


def test_a_batch_is_previewed_exactly_and_saves_nothing_before_it_is_confirmed() -> None:
    client, holder = entered(reviewer()), reviewer()
    good = CandidacyFactory(direction="feeding", submitted=True)
    bad = CandidacyFactory(direction="feeding", submitted=True, reviewer=holder)
    chosen = {"dossier": [good.reference, bad.reference]}
    assert "2 dossiers choisis" in text_of(client.post(reverse("batch_run"), {"portee": "choix", **chosen}))
    order = {**chosen, "act": "assign", "reviewer": str(holder.handle)}
    page = text_of(client.post(reverse("batch_run"), order))
    assert f"Attribuée à {holder.full_name} (avant : personne)." in page
    assert f"{holder.full_name} instruit déjà la candidature {bad.reference}." in page
    assert not Batch.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="candidacies.").exists()
    answer = client.post(reverse("batch_run"), {**order, "confirmer": "1"})
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("batch", args=[batch.reference])
    good.refresh_from_db()
    assert good.reviewer == holder
    assert "1 dossier fait, 1 refusé" in text_of(client.get(answer["Location"]))
    assert client.post(reverse("batch_undo", args=[batch.reference])).status_code == 302
    good.refresh_from_db()
    assert good.reviewer is None


def test_a_null_character_ticks_no_dossier() -> None:
    good = CandidacyFactory(direction="feeding", submitted=True)
    page = text_of(
        entered(reviewer()).post(reverse("batch_run"), {"dossier": ["C\x00", good.reference], "act": "take"})
    )
    assert "1 dossier sera fait. Rien" in page
    assert "C\x00" not in page


def test_a_batch_may_take_the_whole_filtered_list() -> None:
    CandidacyFactory.create_batch(3, direction="feeding", submitted=True)
    CandidacyFactory(direction="feeding")
    data = {"portee": "liste", "filtres": "etat=submitted", "act": "take"}
    page = text_of(entered(reviewer()).post(reverse("batch_run"), data))
    assert "3 dossiers seront faits" in page


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, "Aucun dossier coché"),
        ({"dossier": "C-1", "act": "inconnu"}, "Choisissez un acte."),
        ({"dossier": "C-1", "act": "write", "text": "  "}, "Écrivez le message."),
        ({"dossier": "C-1", "act": "enter"}, "Choisissez une séance."),
        ({"dossier": ["C-1"] + [f"C-{n}" for n in range(300)], "act": "follow"}, "200 dossiers au plus"),
    ],
)
def test_what_is_missing_from_a_batch_is_said(data, expected) -> None:
    answer = entered(reviewer()).post(reverse("batch_run"), data)
    assert expected in text_of(answer, 200 if not data else 422)


def test_a_message_to_many_is_shown_then_sent_to_each() -> None:
    client = entered(reviewer())
    references = [one.reference for one in CandidacyFactory.create_batch(2, direction="feeding", submitted=True)]
    order = {"dossier": references, "act": "write", "text": "Bonjour,\nun rappel."}
    assert "Bonjour,<br>un rappel." in text_of(client.post(reverse("batch_run"), order))
    assert not OutboxMessage.objects.exists()
    client.post(reverse("batch_run"), {**order, "confirmer": "1"})
    assert OutboxMessage.objects.filter(effect__endswith="announce_message").count() == 2


def test_secretary_enters_many_on_an_agenda() -> None:
    session = SessionFactory()
    one = CandidacyFactory(direction="feeding", complete=True)
    order = {"dossier": one.reference, "act": "enter", "session": session.reference, "confirmer": "1"}
    entered(secretary()).post(reverse("batch_run"), order)
    assert session.items.get().candidacy == one
    assert one.state == State.COMPLETE
