"""Models of letters: variables, versions, those entitled, and the draft that a dossier gives."""

import hashlib
from typing import Any

import pytest
from django.urls import reverse

from onboarding.letters import operations, queries, wording
from onboarding.letters.models import Letter, LetterModel
from portal.accounts.roles import StaffRole
from portal.audit.queries import about, sentences
from portal.documents.models import StoredDocument
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused, Stale
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from tests.factories.accounts import entered
from tests.factories.candidacies import CandidacyFactory, representative, reviewer, secretary
from tests.factories.committee import AgendaItemFactory
from tests.factories.grants import agent
from tests.factories.parties import NOW

BODY = "Bonjour,\n\n{{ service }} ({{reference}}) attend la séance du {{ seance }}."


def test_every_variable_has_an_example() -> None:
    assert set(wording.VARIABLES) == set(wording.EXAMPLE)


@pytest.mark.parametrize(
    ("body", "expected", "empty"),
    [
        ("Sans variable.", "Sans variable.", ()),
        ("{{ service }} et {{service}}", "Lits et Lits", ()),
        ("Séance {{ seance }}", "Séance [à compléter : jour de la séance qui l’attend]", ("seance",)),
        ("{{ inconnue }} {{}}", "[à compléter : inconnue] [à compléter : ]", ("inconnue", "")),
        ("{ service } {{ service", "{ service } {{ service", ()),
    ],
)
def test_variables_are_replaced_or_show_what_is_left_to_complete(body, expected, empty) -> None:
    assert wording.fill(body, {"service": "Lits"}) == wording.Filled(expected, empty)


def test_a_value_is_never_taken_for_a_variable() -> None:
    assert wording.fill("{{ service }}", {"service": "{{ reference }}", "reference": "C-1"}).text == "{{ reference }}"


pytestmark = pytest.mark.django_db


def model(**more: Any) -> LetterModel:
    """A model written by the secretary."""
    return operations.write(more.get("title", "Rappel"), more.get("body", BODY), by=secretary(), at=NOW)


def test_a_model_keeps_every_version_with_its_author_and_reason() -> None:
    made, author = model(), secretary()
    operations.rewrite(made, "Rappel", "Autre texte.", reason="Plus court.", by=author, at=NOW, version=made.version)
    assert [(one.number, one.body, one.reason) for one in queries.versions_of(made)] == [
        (2, "Autre texte.", "Plus court."),
        (1, BODY, ""),
    ]
    assert sentences(about(made.reference))[-1].sentence.endswith("« Rappel » (version 2)")
    with pytest.raises(Stale):
        operations.rewrite(made, "Rappel", "Encore.", reason="", by=author, at=NOW, version=1)
    with pytest.raises(Refused, match="Rien ne change"):
        operations.rewrite(made, "Rappel", " Autre texte. ", reason="", by=author, at=NOW)


def test_a_model_has_a_title_once_a_text_and_known_variables() -> None:
    model()
    for title, body, sentence in (
        ("", "x", "Donnez un titre"),
        ("Autre", " ", "Écrivez le texte"),
        ("Autre", "{{ mot_de_passe }}", "Variable inconnue : mot_de_passe"),
        ("Rappel", "x", "porte déjà ce titre"),
    ):
        with pytest.raises(Refused, match=sentence):
            model(title=title, body=body)


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.AUDITOR, StaffRole.MEMBER])
def test_those_not_entitled_write_none(role) -> None:
    with pytest.raises(NotPermitted):
        operations.write("Rappel", BODY, by=agent(role), at=NOW)


def test_a_retired_model_is_offered_no_more() -> None:
    made = model()
    operations.retire(made, by=secretary(), at=NOW)
    assert queries.offered(reviewer()) == []
    with pytest.raises(MoveNotAllowed):
        operations.rewrite(made, "x", "y", reason="", by=secretary(), at=NOW)
    assert model().pk != made.pk, "its title is free again"


def test_a_draft_is_filled_from_the_dossier() -> None:
    made, item = model(), AgendaItemFactory()
    candidacy = item.candidacy
    client, address = entered(reviewer()), reverse("letter_draft", args=[candidacy.reference])
    assert "Remplir" in client.get(address).content.decode()
    page = client.get(address, {"modele": made.reference}).content.decode().replace("\u00a0", " ")
    assert f"{candidacy.service.name} ({candidacy.reference}) attend la séance du mardi 3 mars 2026." in page
    assert client.get(address, {"modele": "ML-1999-0001"}).status_code == 404
    bare = CandidacyFactory(direction="feeding", submitted=True)
    draft = queries.draft(made, bare, now=NOW)
    assert draft.empty == ("seance",)
    assert entered(representative(bare)).get(reverse("letter_draft", args=[bare.reference])).status_code == 404


def test_a_model_is_written_and_seen_on_an_example_before_it_is_kept() -> None:
    client, address = entered(secretary()), reverse("letter_model_write")
    data = {"title": "Rappel", "body": BODY}
    page = client.post(address, {**data, "voir": "1"}).content.decode()
    assert "Lits en direct (C-2026-0042)" in page
    assert not LetterModel.objects.exists()
    assert client.post(address, {**data, "body": "{{ x }}"}).status_code == 422
    answer = client.post(address, data)
    made = LetterModel.objects.get()
    assert answer["Location"] == reverse("letter_model", args=[made.reference])
    own = reverse("letter_model_rewrite", args=[made.reference])
    client.post(own, {**data, "body": "Plus court.", "reason": "Trop long.", "seen": made.version})
    shown = client.get(answer["Location"]).content.decode()
    for told in ("version 2", "Trop long.", "Plus court."):
        assert told in shown
    assert entered(reviewer()).get(own).status_code == 403
    assert client.post(reverse("letter_model_retire", args=[made.reference]))["Location"] == reverse("letter_models")


def sent(candidacy: Any, **more: Any) -> Letter:
    given = {"title": "Pièces attendues", "body": "Madame,\n\nIl manque <b>la charte</b>.", "by": reviewer(), "at": NOW}
    return operations.send(candidacy, **(given | more))


def test_a_letter_is_a_sealed_document_whose_bytes_stay_and_whose_link_is_mailed() -> None:
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    owner, made = representative(candidacy), model()
    letter = sent(candidacy, model=made)
    deliver_due(NOW)
    document = StoredDocument.objects.get(kind="letter")
    assert (document.title, document.subject_reference) == (letter.title, candidacy.reference)
    assert (document.owner, document.service) == (candidacy.service.owner, candidacy.service)
    assert hashlib.sha256(document.content).hexdigest() == document.sha256
    kept = document.content
    operations.rewrite(made, "Rappel", "Autre texte.", reason="", by=secretary(), at=NOW)
    deliver_due(NOW)
    assert StoredDocument.objects.get(kind="letter").content == kept
    mail = OutgoingEmail.objects.get(template="onboarding/letters/mails/letter")
    assert owner.email in mail.to
    assert reverse("document_download", args=[document.reference]) in mail.text
    assert not mail.attachments.exists()
    assert entered(owner).get(reverse("document_download", args=[document.reference])).status_code == 200
    assert (letter.model_number, queries.sent_on(candidacy)) == (1, [letter])


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"title": " "}, "Donnez un objet"),
        ({"body": " "}, "Écrivez le texte"),
        ({"body": "Le [à compléter : jour de la séance qui l’attend]"}, "à compléter"),
        ({"body": "Bonjour {{ service }}"}, "à compléter"),
    ],
)
def test_a_letter_without_words_or_unfinished_is_refused(more, sentence) -> None:
    with pytest.raises(Refused, match=sentence):
        sent(CandidacyFactory(direction="feeding", submitted=True), **more)
    assert not Letter.objects.exists()


def test_a_null_character_names_no_model_and_asks_the_database_nothing(monkeypatch) -> None:
    monkeypatch.setattr(queries, "model_of", lambda user, reference: pytest.fail(f"asked for {reference!r}"))
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    address = reverse("letter_send", args=[candidacy.reference])
    assert entered(reviewer()).post(address, {"title": "T", "body": "B", "model": "\x00"}).status_code == 404


def test_a_letter_is_seen_before_it_is_sent_and_told_in_the_history_of_the_dossier() -> None:
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    client, address = entered(reviewer()), reverse("letter_send", args=[candidacy.reference])
    data = {"title": "Rappel <i>", "body": "Première ligne."}
    seen = client.post(address, {**data, "voir": "1"}).content.decode()
    assert "tel qu’il sera imprimé" in seen
    assert "Rappel &lt;i&gt;" in seen
    assert not Letter.objects.exists()
    assert client.post(address, {"title": "", "body": "x"}).status_code == 422
    assert client.post(address, data)["Location"] == reverse("letter_draft", args=[candidacy.reference])
    assert "Première ligne." in client.get(reverse("letter_draft", args=[candidacy.reference])).content.decode()
    history = client.get(reverse("dossier_tab", args=[candidacy.reference, "historique"])).content.decode()
    assert Letter.objects.get().reference in history
    assert entered(agent(StaffRole.AUDITOR)).post(address, data).status_code == 403
    assert entered(representative(candidacy)).post(address, data).status_code == 404
