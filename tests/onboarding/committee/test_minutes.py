"""The minutes: written as one goes, issued once at closing, never rewritten."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from onboarding.committee import effects, operations, queries
from onboarding.committee.attendance import Attendance
from onboarding.committee.models import AgendaItem, CommitteeSession
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive, Reserve
from portal.accounts.roles import StaffRole
from portal.documents.models import StoredDocument
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from portal.parties import operations as parties
from tests.factories.candidacies import representative, secretary
from tests.factories.committee import AgendaItemFactory, DecisionFactory, SessionFactory
from tests.factories.grants import agent
from tests.factories.parties import proved

pytestmark = pytest.mark.django_db

A = Profiles(frozenset("A"))
HERE = [Attendance("Agence", "Claire Aubry")]
EFFECT = "onboarding.committee.issue_minutes"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML given to the press, which answers at once."""
    pages: list[str] = []

    def press(html: str, **kwargs: Any) -> bytes:
        pages.append(html)
        return b"%PDF-1.7 minutes"

    monkeypatch.setattr("portal.documents.printing.render", press)
    return pages


def closed(now: datetime, ruling: Ruling = Ruling(Outcome.ADMIT, A)) -> AgendaItem:
    """The point of a session held and closed, with its text."""
    item, by = AgendaItemFactory(), secretary()
    texts = {item.candidacy.reference: "Le comité salue la <b>clarté</b> du dossier."}
    operations.draft_minutes(item.session, attendance=HERE, texts=texts, by=by, at=now)
    operations.record_decision(item, ruling=ruling, by=by, at=now)
    operations.close_session(item.session, by=by, at=now + timedelta(hours=1))
    return item


def deliver(now: datetime) -> None:
    for message in OutboxMessage.objects.pending().filter(effect=EFFECT):
        assert outbox.deliver(message, now=now), OutboxMessage.objects.get(pk=message.pk).last_error


def test_draft_minutes_keeps_attendance_and_the_points_given(now: datetime) -> None:
    item, other = AgendaItemFactory(), AgendaItemFactory(minutes="Déjà dit.")
    texts = {item.candidacy.reference: " Dit. ", "C-2026-9999": "ailleurs"}
    operations.draft_minutes(item.session, attendance=HERE, texts=texts, by=secretary(), at=now)
    assert CommitteeSession.objects.get().attendance == [{"organisation": "Agence", "people": "Claire Aubry"}]
    assert list(AgendaItem.objects.order_by("pk").values_list("minutes", flat=True)) == ["Dit.", other.minutes]


def test_draft_minutes_by_another_role_is_not_permitted(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        operations.draft_minutes(SessionFactory(), attendance=HERE, texts={}, by=agent(StaffRole.CHAIR), at=now)


def test_draft_minutes_of_a_closed_session_is_not_allowed(now: datetime) -> None:
    with pytest.raises(MoveNotAllowed):
        operations.draft_minutes(SessionFactory(state="held"), attendance=HERE, texts={}, by=secretary(), at=now)


def test_close_session_without_attendance_is_refused(now: datetime) -> None:
    with pytest.raises(Refused, match="qui était présent"):
        operations.close_session(SessionFactory(attendance=[]), by=secretary(), at=now)


def test_minutes_are_issued_once_with_decisions_grounds_and_reservations(printed: list[str], now: datetime) -> None:
    item = closed(now, Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A, "Motif retenu.", (Reserve("Compléter la liste"),)))
    deliver(now)
    page, stored = printed[0], StoredDocument.objects.get()
    assert (stored.kind, stored.subject_reference) == ("minutes", item.session.reference)
    assert stored.issued_at == now + timedelta(hours=1)
    for said in (
        "Agence",
        "Claire Aubry",
        "Avis favorable avec réserves",
        "Motif retenu.",
        "Compléter la liste (ne bloque rien).",
    ):
        assert said in page
    assert "&lt;b&gt;clarté" in page
    message = OutboxMessage.objects.get(effect=EFFECT)
    effects.issue_minutes(Delivery(str(message.pk), str(message.event_id), now), session=item.session.reference)
    assert StoredDocument.objects.get() == queries.minutes_of(item.session, secretary())


def test_minutes_tell_what_stood_when_the_session_was_closed(printed: list[str], now: datetime) -> None:
    item = closed(now)
    later = now + timedelta(days=2)
    former = item.decisions.get()
    corrected = Ruling(Outcome.ADMIT, A, "Motif corrigé après la séance.")
    operations.correct_decision(former, ruling=corrected, by=secretary(), at=later)
    deliver(later)
    assert former.reference in printed[0]
    assert "Motif corrigé" not in printed[0]


def test_secretary_writes_the_minutes_on_their_page(now: datetime) -> None:
    item = AgendaItemFactory()
    client = proved(secretary())
    address = reverse("session_minutes", args=[item.session.reference])
    assert "Présents, par organisme" in client.get(address).content.decode()
    typed = {"attendance": "Agence : Claire\nARS", f"point_{item.candidacy.reference}": "Avis partagé."}
    response = client.post(address, typed | {"cle_envoi": "5c5b8c0e-0000-4000-8000-000000000001"})
    assert response.status_code == 302
    page = client.get(reverse("session", args=[item.session.reference])).content.decode()
    assert "Avis partagé." in page
    assert "ARS" in page
    bad = {"attendance": ": personne", "cle_envoi": "5c5b8c0e-0000-4000-8000-000000000002"}
    assert client.post(address, bad).status_code == 422


def test_minutes_are_downloaded_from_the_page_of_the_session_by_agents_only(printed: list[str], now: datetime) -> None:
    item = closed(now)
    address = reverse("session", args=[item.session.reference])
    client = proved(secretary())
    assert "en cours d’établissement" in client.get(address).content.decode()
    deliver(now)
    stored = StoredDocument.objects.get()
    assert reverse("document_download", args=[stored.reference]) in client.get(address).content.decode()
    vendor = proved(representative(item.candidacy))
    assert vendor.get(reverse("document_download", args=[stored.reference])).status_code == 404


def test_points_without_a_decision_are_not_told() -> None:
    item = DecisionFactory().item
    AgendaItemFactory(session=item.session)
    told = queries.points_at(item.session, at=item.decisions.get().recorded_at)
    assert [point.item for point in told] == [item]


@pytest.mark.slow
def test_minutes_are_printed_by_the_real_press(now: datetime) -> None:
    closed(now, Ruling(Outcome.REFUSE, Profiles(), "Hors périmètre.", motives=(Motive.PURPOSE,)))
    deliver(now)
    assert StoredDocument.objects.get().content.startswith(b"%PDF-")


def test_minutes_are_closed_to_whom_an_applicant_of_the_session_is_closed(printed: list[str], now: datetime) -> None:
    item, recused, reader = closed(now), agent(StaffRole.MEMBER), agent(StaffRole.MEMBER)
    deliver(now)
    parties.close_readings([recused], [item.candidacy.service.owner_id], source="C-2026-0001", at=now)
    minutes = StoredDocument.objects.get()
    download, page = (
        reverse("document_download", args=[minutes.reference]),
        reverse("session", args=[item.session.reference]),
    )
    assert [proved(one).get(download).status_code for one in (recused, reader)] == [404, 200]
    assert download in proved(reader).get(page).content.decode()
    told = proved(recused).get(page).content.decode()
    assert download not in told
    assert "Le procès-verbal ne vous est pas ouvert" in told
    assert minutes.reference not in proved(recused).get(reverse("documents")).content.decode()
