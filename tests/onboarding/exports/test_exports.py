"""Long exports: asked for above the threshold, made by the clock with their progress, kept a day, for their owner."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from onboarding.desk.columns import DEFAULT, Column
from onboarding.desk.views import lists
from onboarding.exports import jobs, operations
from onboarding.exports.lifecycle import State
from onboarding.exports.models import Export
from onboarding.workbench import operations as workbench
from portal.audit.queries import about, sentences
from portal.lifecycle.errors import NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.parties import operations as parties
from portal.parties.models import LegalEntity
from portal.web import spreadsheet
from tests.factories.accounts import PersonFactory, entered
from tests.factories.candidacies import CandidacyFactory, reviewer
from tests.factories.parties import NOW

pytestmark = pytest.mark.django_db


def dossiers(number: int = 3) -> None:
    for rank in range(number):
        CandidacyFactory(direction="feeding", submitted=True, service__name=f"=SOMME({rank})")
    CandidacyFactory(direction="feeding")


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_a_short_list_is_answered_at_once_and_a_long_one_is_prepared(monkeypatch) -> None:
    dossiers()
    client = entered(reviewer())
    address = reverse("dossier_export", args=["xlsx"])
    assert client.get(address, {"etat": "submitted"}).status_code == 200
    monkeypatch.setattr(lists, "AT_ONCE", 2)
    answer = client.get(address, {"etat": "submitted"})
    assert answer["Location"] == reverse("export_ask") + "?etat=submitted"
    assert client.get(reverse("dossier_export", args=["csv"]), {"etat": "submitted"}).streaming
    assert "3 dossiers" in client.get(answer["Location"]).content.decode().replace("\u00a0", " ")
    made = client.post(answer["Location"])
    export = Export.objects.get()
    assert made["Location"] == reverse("export", args=[export.reference])
    assert (export.state, export.total, export.query) == (State.QUEUED, 3, "etat=submitted")


def test_a_long_list_opened_from_a_view_keeps_the_columns_of_the_view(monkeypatch) -> None:
    dossiers()
    monkeypatch.setattr(lists, "AT_ONCE", 2)
    owner = reviewer()
    columns = [Column.SERVICE.value]
    view = workbench.save_view(name="À moi", query="etat=submitted", columns=columns, is_shared=False, by=owner)
    client = entered(owner)
    asked = client.get(reverse("dossier_export", args=["xlsx"]), {"vue": view.reference})["Location"]
    client.post(asked)
    export = Export.objects.get()
    assert (export.columns, export.query, export.total) == (columns, "etat=submitted", 3)


def test_the_clock_makes_it_without_any_formula_and_its_owner_takes_it() -> None:
    dossiers()
    owner = reviewer()
    now = timezone.now()
    export = operations.ask("etat=submitted", (Column.SERVICE,), by=owner, at=now)
    client, page = entered(owner), reverse("export", args=[export.reference])
    file = reverse("export_file", args=[export.reference])
    assert "Actualiser" in client.get(page).content.decode()
    assert client.get(file).status_code == 404
    assert jobs.make_waiting_export(now) == 1
    assert jobs.make_waiting_export(now) == 0
    assert "Télécharger le classeur" in client.get(page).content.decode()
    content = client.get(file).content
    assert rows_of(content)[0][0] == "Dossier"
    assert len(rows_of(content)) == 4
    sheet = load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert entered(reviewer()).get(file).status_code == 404
    assert "3 lignes" in sentences(about(export.reference))[-1].sentence


def test_progress_is_told_as_rows_are_written(monkeypatch) -> None:
    dossiers()
    export = operations.ask("etat=submitted", DEFAULT, by=reviewer(), at=NOW)
    monkeypatch.setattr(operations, "STEP", 2)
    seen = []
    for _ in operations._rows(export):
        export.refresh_from_db(fields=["done"])
        seen.append(export.percent)
    assert seen == [0, 67, 67]


def test_a_worker_that_died_gives_its_export_back_and_two_never_make_the_same() -> None:
    dossiers()
    export = operations.ask("", DEFAULT, by=reviewer(), at=NOW)
    Export.objects.filter(pk=export.pk).update(claimed_at=NOW)
    assert jobs.make_waiting_export(NOW + timedelta(minutes=1)) == 0
    assert not operations.make(export, at=NOW + timedelta(minutes=1))
    assert jobs.make_waiting_export(NOW + timedelta(minutes=11)) == 1


def test_a_list_longer_than_a_workbook_is_refused_in_words(monkeypatch) -> None:
    dossiers()
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    owner = reviewer()
    export = operations.ask("etat=submitted", DEFAULT, by=owner, at=NOW)
    jobs.make_waiting_export(NOW)
    export.refresh_from_db()
    assert (export.state, export.content) == (State.FAILED, None)
    assert "filtrez-la" in entered(owner).get(reverse("export", args=[export.reference])).content.decode()


def test_a_failure_of_another_kind_is_not_told_as_a_long_list(monkeypatch) -> None:
    dossiers()
    export = operations.ask("etat=submitted", DEFAULT, by=reviewer(), at=NOW)

    def broken(column: Any, row: Any) -> str:
        raise ValueError("not a length")

    monkeypatch.setattr(operations.columns, "cell", broken)
    with pytest.raises(ValueError, match="not a length"):
        operations.make(export, at=NOW)
    export.refresh_from_db()
    assert export.state == State.QUEUED


def test_an_export_that_never_succeeds_is_given_up_and_its_asker_is_told(monkeypatch) -> None:
    dossiers()
    owner = reviewer()
    export = operations.ask("etat=submitted", DEFAULT, by=owner, at=NOW)

    def broken(column: Any, row: Any) -> str:
        raise ValueError("never")

    monkeypatch.setattr(operations.columns, "cell", broken)
    made = []
    for minutes in range(0, 120, 11):
        try:
            made.append(jobs.make_waiting_export(NOW + timedelta(minutes=minutes)))
        except ValueError:
            made.append(-1)
    export.refresh_from_db()
    assert made == [-1, -1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert (export.state, export.tries) == (State.FAILED, operations.TRIES)
    deliver_due(NOW + timedelta(hours=3))
    mail = OutgoingEmail.objects.get(template="onboarding/exports/mails/failed")
    assert mail.to == [owner.email]
    client, page = entered(owner), reverse("export", args=[export.reference])
    told = client.get(page).text
    assert "Une erreur du portail" in told
    again = f"{reverse('export_ask')}?etat=submitted"
    assert f'href="{again}"' in told
    assert client.post(again).status_code == 302
    assert Export.objects.filter(state=State.QUEUED).count() == 1


def test_an_export_whose_workers_all_died_is_given_up() -> None:
    export = operations.ask("", DEFAULT, by=reviewer(), at=NOW)
    Export.objects.filter(pk=export.pk).update(tries=operations.TRIES, claimed_at=NOW)
    assert jobs.make_waiting_export(NOW + timedelta(minutes=11)) == 1
    export.refresh_from_db()
    assert export.state == State.FAILED


def test_the_file_goes_after_a_day_and_what_was_asked_stays() -> None:
    dossiers()
    export = operations.ask("etat=submitted", DEFAULT, by=reviewer(), at=NOW)
    jobs.make_waiting_export(NOW)
    assert jobs.empty_past_exports(NOW + timedelta(hours=23)) == 0
    assert jobs.empty_past_exports(NOW + timedelta(hours=25)) == 1
    export.refresh_from_db()
    assert (export.state, export.content) == (State.EXPIRED, None)


def test_the_file_is_not_taken_past_its_time_even_before_it_is_emptied() -> None:
    dossiers()
    owner = reviewer()
    export = operations.ask("etat=submitted", DEFAULT, by=owner, at=NOW)
    jobs.make_waiting_export(NOW)
    client = entered(owner)
    assert client.get(reverse("export_file", args=[export.reference])).status_code == 404
    page = client.get(reverse("export", args=[export.reference])).content.decode()
    assert "n’est plus gardé" in page
    assert "Télécharger" not in page


def test_filters_too_long_to_be_kept_are_refused_in_words() -> None:
    owner = reviewer()
    with pytest.raises(Refused, match="raccourcissez la recherche"):
        operations.ask(urlencode({"q": "é" * 400}), DEFAULT, by=owner, at=NOW)
    answer = entered(owner).post(reverse("export_ask") + "?" + urlencode({"q": "é" * 400}))
    assert answer.status_code == 422
    assert "raccourcissez la recherche" in answer.content.decode()


def test_nobody_outside_the_agency_asks_for_one() -> None:
    with pytest.raises(NotPermitted):
        operations.ask("", DEFAULT, by=PersonFactory(), at=NOW)


def test_an_export_asked_for_before_an_entity_was_closed_is_not_read_any_more() -> None:
    dossiers()
    owner = reviewer()
    before = operations.ask("etat=submitted", DEFAULT, by=owner, at=NOW)
    parties.close_readings([owner], [LegalEntity.objects.first().pk], source="C-1999-0001", at=NOW)
    after = operations.ask("etat=submitted", DEFAULT, by=owner, at=NOW + timedelta(minutes=1))
    assert list(Export.objects.visible_to(owner)) == [after]
    client = entered(owner)
    for name in ("export", "export_file"):
        assert client.get(reverse(name, args=[before.reference])).status_code == 404
    parties.reopen_readings(owner, source="C-1999-0001", at=NOW + timedelta(minutes=2))
    assert set(Export.objects.visible_to(owner)) == {before, after}
