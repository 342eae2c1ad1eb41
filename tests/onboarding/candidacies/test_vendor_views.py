"""The vendor's pages: who is let in, wrong input, stale pages, one effect per form, hostile values."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyVersion, Message
from portal.documents.models import DepositedFile
from portal.outbox.models import OutboxMessage
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, entered
from tests.factories.candidacies import CandidacyFactory, FieldCommentFactory, MessageFactory, fillable, representative
from tests.factories.parties import DigitalServiceFactory, MembershipFactory, member, proved

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BLOCKS = ["finalite", "solution", "profils", "conformite", "contacts", "tiers"]


@pytest.fixture
def draft() -> Candidacy:
    return CandidacyFactory()


@pytest.fixture
def boss(draft: Candidacy) -> Client:
    return proved(representative(draft))


def page(candidacy: Candidacy, verb: str = "") -> str:
    return f"/candidatures/{candidacy.reference}/{verb}"


def text_of(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").replace("\u202f", "")


def seen(client: Client, address: str) -> str:
    """What the form of a block carries when its page is opened."""
    return str(client.get(address).context["form"]["seen"].value())


def test_a_candidacy_is_opened_from_the_service() -> None:
    service = DigitalServiceFactory()
    client, address = entered(member(service.owner)), f"/services/{service.reference}/candidature/"
    assert "alimente le ROR" in text_of(client.get(address))
    assert "Choisissez ce que le service fait" in text_of(client.post(address))
    response = client.post(address, {"direction": "feeding"}, follow=True)
    assert response.redirect_chain[0][0] == page(Candidacy.objects.get())
    again = client.post(address, {"direction": "feeding"})
    assert again.status_code == 422
    assert "déjà une candidature en cours" in text_of(again)


def test_a_service_asks_for_each_direction_once() -> None:
    service = DigitalServiceFactory()
    client, address = entered(member(service.owner)), f"/services/{service.reference}/candidature/"
    for direction in ("feeding", "consumption"):
        client.post(address, {"direction": direction})
    assert {one.direction for one in Candidacy.objects.all()} == {"feeding", "consumption"}
    full = text_of(client.get(address))
    assert "dans chaque sens" in full
    assert 'name="direction"' not in full
    assert client.post(address, {"direction": "consumption"}).status_code == 422
    assert client.post(address, {"direction": "\x00"}).status_code in (400, 422)
    assert Candidacy.objects.count() == 2


def test_the_direction_asked_for_is_ticked_at_first() -> None:
    service = DigitalServiceFactory()
    client, address = entered(member(service.owner)), f"/services/{service.reference}/candidature/"
    assert client.get(address, {"sens": "consumption"}).context["form"]["direction"].value() == "consumption"
    assert client.get(address, {"sens": "<x>"}).status_code == 200


@pytest.mark.parametrize("verb", ["", "deposer/", "retirer/", *[f"{slug}/" for slug in BLOCKS]])
def test_the_candidacy_of_somebody_else_does_not_exist(draft: Candidacy, verb: str) -> None:
    stranger = proved(MembershipFactory().user)
    assert stranger.get(page(draft, verb)).status_code == 404
    if verb:
        assert stranger.post(page(draft, verb), {}).status_code == 404
    anonymous = Client().get(page(draft, verb))
    assert (anonymous.status_code, "next=" in anonymous["Location"]) == (302, True)


@pytest.mark.parametrize("verb", ["messages/", "corriger/", "prendre/", "commenter/", "renvoyer/", "completer/"])
def test_the_moves_of_somebody_elses_candidacy_do_not_exist(draft: Candidacy, verb: str) -> None:
    assert proved(MembershipFactory().user).post(page(draft, verb), {"body": "x", "answer": "x"}).status_code == 404


@pytest.mark.parametrize("verb", ["deposer/", "retirer/", *[f"{slug}/" for slug in BLOCKS]])
def test_a_reader_sees_and_changes_nothing(draft: Candidacy, verb: str) -> None:
    client = proved(member(draft.service.owner, MembershipRole.READER))
    assert client.get(page(draft)).status_code == 200
    assert client.get(page(draft, verb)).status_code == 403
    assert client.post(page(draft, verb), {}).status_code == 403


@pytest.mark.parametrize("verb", ["deposer/", *[f"{slug}/" for slug in BLOCKS]])
def test_the_vendors_pages_do_not_exist_for_the_agency(draft: Candidacy, verb: str) -> None:
    assert proved(AgentFactory()).get(page(draft, verb)).status_code == 404


@pytest.mark.parametrize("slug", ["etablissements", "charte", "inventé", "finalite%00"])
def test_a_block_that_is_not_filled_here_does_not_exist(draft: Candidacy, boss: Client, slug: str) -> None:
    assert boss.get(page(draft, f"{slug}/")).status_code == 404


def test_the_working_page_says_what_is_missing_with_links(draft: Candidacy, boss: Client) -> None:
    text = text_of(boss.get(page(draft)))
    assert f'href="{page(draft, "finalite/")}#id_purpose"' in text
    assert "Choisissez au moins une région" in text
    assert "Relire et déposer" not in text


def test_the_deposit_is_offered_to_the_representative_once_nothing_is_missing() -> None:
    candidacy = fillable()
    boss, helper = representative(candidacy), member(candidacy.service.owner, MembershipRole.CONTRIBUTOR)
    assert "Relire et déposer" in text_of(entered(boss).get(page(candidacy)))
    text = text_of(entered(helper).get(page(candidacy)))
    assert "Relire et déposer" not in text
    assert f"Seul le représentant légal dépose : {boss.full_name}" in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_working_page_costs_the_same_whatever_it_holds(count: int, django_assert_num_queries: Any) -> None:
    candidacy = fillable(state=State.RETURNED, submitted_at=MessageFactory().written_at)
    for number in range(1, count + 1):
        FieldCommentFactory(candidacy=candidacy, number=number, answered=True)
        MessageFactory(candidacy=candidacy)
    client = entered(representative(candidacy))
    client.get(page(candidacy))
    with django_assert_num_queries(PAGE_QUERIES):
        assert client.get(page(candidacy)).status_code == 200


PAGE_QUERIES = 20


FILLED = {
    "finalite": {"purpose": "bed-availability", "purpose_details": ""},
    "solution": {"route_11": "direct", "route_84": "eai"},
    "profils": {
        "requested_profiles": ["A", "B"],
        "justification_A": "Pour les lits.",
        "justification_B": "Et le lien.",
    },
    "conformite": {"exposure_model": "3.0.1", "analysis": "done", "feasibility": "done", "development": "to_do"},
    "contacts": {
        "technical_name": "Dominique",
        "technical_email": "d@editeur.fr",
        "privacy_name": "Camille",
        "privacy_email": "c@editeur.fr",
    },
    "tiers": {"for_third_party": "non"},
}


def test_a_whole_candidacy_is_filled_block_by_block(draft: Candidacy, boss: Client) -> None:
    for slug, data in FILLED.items():
        address = page(draft, f"{slug}/")
        assert boss.post(address, data | {"seen": seen(boss, address)}).status_code == 302
    draft.refresh_from_db()
    assert draft.region_routes == {"11": "direct", "84": "eai"}
    assert draft.requested_profiles == ["A", "B"]
    assert draft.justifications == {"A": "Pour les lits.", "B": "Et le lien."}
    assert draft.for_third_party is False
    text = text_of(boss.get(page(draft)))
    assert "Il manque 3 éléments avant le dépôt" in text  # list, hosting, second contact


@pytest.mark.parametrize("slug", BLOCKS)
def test_a_block_left_blank_is_saved(draft: Candidacy, boss: Client, slug: str) -> None:
    assert boss.post(page(draft, f"{slug}/"), {}).status_code == 302


@pytest.mark.parametrize("slug", BLOCKS)
def test_a_filled_block_is_shown_as_it_was_filled(slug: str) -> None:
    candidacy = CandidacyFactory(filled=True)
    client, address = entered(representative(candidacy)), page(candidacy, f"{slug}/")
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields if name != "mandate"}
    client.post(address, {name: "" if value is None else value for name, value in shown.items()})
    again = Candidacy.objects.get()
    for field in ("purpose", "region_routes", "requested_profiles", "justifications", "analysis", "technical_email"):
        assert getattr(again, field) == getattr(candidacy, field)
    assert again.for_third_party is False


@pytest.mark.parametrize(
    ("slug", "data", "sentence"),
    [
        ("finalite", {"purpose": "orientation"}, "Sélectionnez un choix valide"),
        ("finalite", {"purpose_details": "x" * 2001}, "2000"),
        ("solution", {"route_11": "unknown"}, "Sélectionnez un choix valide"),
        ("profils", {"requested_profiles": ["A", "2"]}, "Sélectionnez un choix valide"),
        ("profils", {"justification_A": "x" * 2001}, "2000"),
        ("conformite", {"exposure_model": "99"}, "Sélectionnez un choix valide"),
        ("conformite", {"analysis": "<script>"}, "Sélectionnez un choix valide"),
        ("contacts", {"technical_email": "a" * 255}, "254"),
        ("contacts", {"technical_name": "a\x00b"}, "nul"),
        ("tiers", {"for_third_party": "peut-être"}, "Sélectionnez un choix valide"),
        ("tiers", {"mandate": SimpleUploadedFile("m.pdf", b"<html>")}, "n’est pas au bon format"),
        ("tiers", {"mandate": SimpleUploadedFile("m.pdf", b"")}, "vide"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence_and_keeps_the_typing(
    draft: Candidacy, boss: Client, slug: str, data: dict[str, Any], sentence: str
) -> None:
    kept = {"finalite": "purpose_details", "contacts": "privacy_name", "tiers": "third_party_name"}.get(slug)
    typed = {kept: "Ville-d’Avray"} if kept and kept not in data else {}
    response = boss.post(page(draft, f"{slug}/"), typed | data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert all(value in text_of(response) for value in typed.values())
    draft.refresh_from_db()
    assert draft.version == 1
    assert not DepositedFile.objects.exists()


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "{{ 7*7 }}{% now 'Y' %}", "a\u202eb", "=1+1"])
def test_hostile_answers_are_shown_as_text(draft: Candidacy, boss: Client, hostile: str) -> None:
    boss.post(page(draft, "contacts/"), {"technical_name": hostile})
    text = text_of(boss.get(page(draft)))
    assert "<script>alert" not in text
    draft.refresh_from_db()
    assert draft.technical_name == hostile.replace("\u202e", "")


def test_a_mandate_is_kept_as_a_file_of_the_entity(draft: Candidacy, boss: Client) -> None:
    data = {"for_third_party": "oui", "third_party_name": "ARS", "mandate": SimpleUploadedFile("mandat.pdf", PDF)}
    assert boss.post(page(draft, "tiers/"), data).status_code == 302
    draft.refresh_from_db()
    assert draft.mandate is not None
    assert (draft.mandate.name, draft.mandate.owner) == ("mandat.pdf", draft.service.owner)
    assert "mandat.pdf" in text_of(boss.get(page(draft, "tiers/")))
    boss.post(page(draft, "tiers/"), {"for_third_party": "oui", "third_party_name": "ARS"})
    draft.refresh_from_db()
    assert draft.mandate is not None


def test_a_stale_page_shows_the_differences_and_keeps_the_typing(draft: Candidacy, boss: Client) -> None:
    address = page(draft, "contacts/")
    other = entered(member(draft.service.owner, MembershipRole.CONTRIBUTOR))
    mine = seen(boss, address)
    other.post(address, {"technical_name": "Saisi par l’autre", "seen": seen(other, address)})
    stale = boss.post(address, {"technical_name": "Saisi par moi", "privacy_name": "Camille", "seen": mine})
    text = text_of(stale)
    assert stale.status_code == 409
    assert "<td>Saisi par l’autre<" in text
    assert "<td>Saisi par moi<" in text
    assert 'value="Camille"' in text
    draft.refresh_from_db()
    assert draft.technical_name == "Saisi par l’autre"
    again = boss.post(address, {"technical_name": "Saisi par moi", "seen": stale.context["form"]["seen"].value()})
    assert again.status_code == 302


def test_the_same_block_sent_twice_is_saved_once(draft: Candidacy, boss: Client) -> None:
    address = page(draft, "contacts/")
    data = {"technical_name": "D.", "seen": seen(boss, address), "cle_envoi": str(uuid.uuid4())}
    assert [boss.post(address, data).status_code for _ in range(2)] == [302, 302]
    draft.refresh_from_db()
    assert draft.version == 2


def test_a_block_is_no_longer_filled_once_deposited() -> None:
    candidacy = CandidacyFactory(submitted=True)
    client = entered(representative(candidacy))
    assert client.get(page(candidacy, "finalite/")).status_code == 409
    assert client.post(page(candidacy, "finalite/"), {"purpose": "other"}).status_code == 409


def test_after_a_return_a_field_without_comment_ignores_what_is_sent() -> None:
    candidacy = fillable(state=State.RETURNED, submitted_at=MessageFactory().written_at)
    FieldCommentFactory(candidacy=candidacy, sent=True, text="Quelles unités ?")
    client, address = entered(representative(candidacy)), page(candidacy, "finalite/")
    assert "Quelles unités ?" in text_of(client.get(address))
    client.post(address, {"purpose": "other", "purpose_details": "Médecine"})
    candidacy.refresh_from_db()
    assert (candidacy.purpose, candidacy.purpose_details) == ("bed-availability", "Médecine")


def test_everything_is_read_again_before_the_deposit() -> None:
    candidacy = fillable()
    text = text_of(proved(representative(candidacy)).get(page(candidacy, "deposer/")))
    assert "Renseigner la disponibilité en lits" in text
    assert "Déposer la candidature" in text


def test_a_deposit_sent_twice_has_exactly_one_effect() -> None:
    candidacy = fillable()
    client, data = proved(representative(candidacy)), {"cle_envoi": str(uuid.uuid4())}
    first, same = client.post(page(candidacy, "deposer/"), data), client.post(page(candidacy, "deposer/"), data)
    other = client.post(page(candidacy, "deposer/"), {"cle_envoi": str(uuid.uuid4())})
    assert (first.status_code, same.status_code, other.status_code) == (302, 302, 409)
    assert CandidacyVersion.objects.count() == 1
    assert OutboxMessage.objects.filter(effect="onboarding.candidacies.issue_receipt").count() == 1


def test_an_incomplete_deposit_is_refused_with_the_list() -> None:
    candidacy = CandidacyFactory()
    client = proved(representative(candidacy))
    assert "Il manque" in text_of(client.get(page(candidacy, "deposer/")))
    response = client.post(page(candidacy, "deposer/"))
    assert response.status_code == 422
    assert "Choisissez au moins un profil" in text_of(response)
    assert not CandidacyVersion.objects.exists()


def test_a_deposit_long_after_the_proof_of_identity_asks_for_it_again() -> None:
    candidacy = fillable()
    client = entered(member(candidacy.service.owner, with_password=True))
    response = client.post(page(candidacy, "deposer/"))
    assert "/compte/confirmer/" in response["Location"]
    assert not CandidacyVersion.objects.exists()


def test_a_withdrawal_asks_first(draft: Candidacy, boss: Client) -> None:
    assert "ne sera plus instruite" in text_of(boss.get(page(draft, "retirer/")))
    assert boss.post(page(draft, "retirer/")).status_code == 302
    assert boss.post(page(draft, "retirer/")).status_code == 409
    assert "Retirée le" in text_of(boss.get(page(draft)))


def test_a_message_is_written_and_shown_and_an_empty_one_refused(draft: Candidacy, boss: Client) -> None:
    response = boss.post(page(draft, "messages/"), {"body": "Bonjour <b>."})
    assert response["Location"] == f"{page(draft)}#echanges"
    assert "Bonjour &lt;b&gt;." in text_of(boss.get(page(draft)))
    for body, sentence in (("", "Renseignez ce champ"), ("x" * 5001, "5000")):
        refused = boss.post(page(draft, "messages/"), {"body": body})
        assert refused.status_code == 422
        assert sentence in text_of(refused)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("state", list(State))
def test_the_page_is_shown_to_the_vendor_in_every_state(state: State) -> None:
    at = MessageFactory().written_at
    candidacy = fillable(
        state=state, submitted_at=at, completed_at=at, closed_at=at, reviewer=AgentFactory(last_name="Instruit")
    )
    response = entered(representative(candidacy)).get(page(candidacy))
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def test_an_agent_is_led_to_the_dossier(draft: Candidacy) -> None:
    assert entered(AgentFactory()).get(page(draft))["Location"] == f"/dossiers/{draft.reference}/"
