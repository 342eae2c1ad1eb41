"""Around a dossier: threads, notes that vendors never read, following, hand-over, previews, delays."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.lifecycle import State
from onboarding.workbench.models import Follow, Note
from portal.accounts.roles import StaffRole
from portal.mail.models import OutgoingEmail
from tests.factories.accounts import entered
from tests.factories.candidacies import (
    CandidacyFactory,
    CandidacyVersionFactory,
    FieldCommentFactory,
    MessageFactory,
    answer_grid,
    representative,
    reviewer,
)
from tests.factories.grants import agent
from tests.factories.parties import NOW

pytestmark = pytest.mark.django_db


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode()).replace("\u00a0", " ")


def tab(candidacy: Any, name: str) -> str:
    return reverse("dossier_tab", args=[candidacy.reference, name])


def test_notes_are_written_read_by_agents_alone_and_withdrawn() -> None:
    candidacy, author = CandidacyFactory(direction="feeding", submitted=True), reviewer()
    client = entered(author)
    answer = client.post(reverse("note_write", args=[candidacy.reference]), {"body": "Demander <le> mandat."})
    assert answer["Location"] == tab(candidacy, "echanges") + "#notes"
    page = text_of(entered(reviewer()).get(tab(candidacy, "echanges")))
    assert "Demander &lt;le&gt; mandat." in page
    assert "Retirer" not in page, "only its author takes a note away"
    boss = entered(representative(candidacy))
    assert "mandat." not in text_of(boss.get(reverse("candidacy", args=[candidacy.reference])))
    for name in ("note_write", "dossier_follow"):
        assert boss.post(reverse(name, args=[candidacy.reference])).status_code == 404
    assert client.post(reverse("note_write", args=[candidacy.reference]), {"body": " "}).status_code == 422
    assert client.post(reverse("note_withdraw", args=[candidacy.reference, 1])).status_code == 302
    assert client.get(reverse("note_withdraw", args=[candidacy.reference, 1])).status_code == 404
    assert Note.objects.get().state == "withdrawn"


def test_a_dossier_is_followed_from_its_page_and_no_longer() -> None:
    candidacy, one = CandidacyFactory(direction="feeding", submitted=True), reviewer()
    client, address = entered(one), reverse("dossier_follow", args=[candidacy.reference])
    assert "Suivre ce dossier" in text_of(client.get(reverse("dossier", args=[candidacy.reference])))
    client.post(address)
    assert Follow.objects.get().user == one
    assert candidacy.reference in text_of(client.get(reverse("candidacies"), {"instructeur": "suivis"}))
    assert "Ne plus suivre" in text_of(client.get(reverse("dossier", args=[candidacy.reference])))
    client.post(address)
    assert Follow.objects.get().state == "stopped"
    assert entered(agent(StaffRole.AUDITOR)).post(address).status_code == 403


def test_replies_are_shown_in_their_thread_with_a_form_for_each() -> None:
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    first = MessageFactory(candidacy=candidacy, body="Première question")
    MessageFactory(candidacy=candidacy, body="Autre sujet", written_at=NOW + timedelta(hours=1))
    client = entered(reviewer())
    data = {"body": "Voici la réponse", "reply_to": "1"}
    client.post(reverse("message_write", args=[candidacy.reference]), data)
    assert first.replies.get().body == "Voici la réponse"
    page = text_of(client.get(tab(candidacy, "echanges")))
    assert page.index("Première question") < page.index("Voici la réponse") < page.index("Autre sujet")
    assert page.count('name="reply_to"') == 2
    assert "Sans réponse" in page
    vendor = text_of(entered(representative(candidacy)).get(reverse("candidacy", args=[candidacy.reference])))
    assert vendor.index("Première question") < vendor.index("Voici la réponse") < vendor.index("Autre sujet")


def test_what_goes_to_the_vendor_is_read_before_it_goes() -> None:
    one = reviewer()
    candidacy = CandidacyFactory(direction="feeding", under_review=True, reviewer=one)
    boss = representative(candidacy)
    FieldCommentFactory(candidacy=candidacy, text="Précisez les unités.")
    client, address = entered(one), reverse("candidacy_return", args=[candidacy.reference])
    page = text_of(client.get(address))
    for told in (boss.email, "Précisez les unités.", "L’agence demande des compléments", candidacy.reference):
        assert told in page
    assert not OutgoingEmail.objects.exists()
    client.post(address)
    candidacy.refresh_from_db()
    assert candidacy.state == State.RETURNED


def test_completeness_shows_its_mail_too() -> None:
    one = reviewer()
    candidacy = CandidacyFactory(direction="feeding", under_review=True, reviewer=one)
    answer_grid(candidacy)
    boss = representative(candidacy)
    page = text_of(entered(one).get(reverse("candidacy_complete", args=[candidacy.reference])))
    assert "Message qui partira" in page
    assert boss.email in page


def test_dossier_shows_its_delays_and_stops_them_on_the_vendor_s_turn() -> None:
    one = reviewer()
    candidacy = CandidacyVersionFactory(
        candidacy__direction="feeding", candidacy__under_review=True, candidacy__submitted=False, deposited_at=NOW
    ).candidacy
    page = text_of(entered(one).get(reverse("dossier", args=[candidacy.reference])))
    assert "Délai d’instruction" in page
    assert "En retard" in page, "the clock of the machine is far beyond"
    assert "Le silence vaudrait décision" in page
    FieldCommentFactory(candidacy=candidacy)
    candidacies.return_to_vendor(candidacy, by=one, at=NOW + timedelta(days=1))
    page = text_of(entered(one).get(reverse("dossier", args=[candidacy.reference])))
    assert "Suspendu : c’est à l’éditeur d’agir." in page
    assert "Le silence vaudrait décision" not in page


def test_dossier_offers_three_verbs_at_most() -> None:
    one = reviewer()
    candidacy = CandidacyFactory(direction="feeding", under_review=True, reviewer=one)
    answer = entered(one).get(reverse("dossier", args=[candidacy.reference]))
    assert len(answer.context["acts"]) == 3
    assert [act.url_name for act in answer.context["preparations"]] == ["candidacy_assess", "candidacy_comment"]
