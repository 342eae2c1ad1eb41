"""« Comptes et rôles », the first administrator's page, one's own account."""

import re
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from portal.accounts import operations
from portal.accounts.models import RoleProposal, StaffAssignment, User
from portal.accounts.roles import StaffRole
from tests.factories.accounts import PHRASE, AgentFactory, PersonFactory, entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return AgentFactory(roles=[StaffRole.ADMINISTRATOR])


def posted(client: Client, path: str, **fields: str) -> Any:
    return client.post(path, {"cle_envoi": str(uuid.uuid4()), **fields})


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_accounts_asks_the_same_number_of_queries(
    administrator: User, count: int, django_assert_num_queries: Any
) -> None:
    AgentFactory.create_batch(count)
    client = entered(administrator)
    with django_assert_num_queries(7):  # session, person, roles and ties to confirm, count, accounts, their roles
        assert client.get("/comptes/").status_code == 200


@pytest.mark.parametrize("path", ["/comptes/", "/comptes/nouveau/"])
def test_the_page_exists_for_administrators_only(path: str) -> None:
    assert Client().get(path).status_code == 302
    assert entered(PersonFactory()).get(path).status_code == 404
    assert entered(AgentFactory(roles=[StaffRole.SECURITY_OFFICER])).get(path).status_code == 404


def test_an_account_is_opened_then_given_and_taken_a_role(administrator: User) -> None:
    client, second = entered(administrator), AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    sheet = posted(client, "/comptes/nouveau/", first_name="Nora", last_name="Agent", email="n@exemple.fr")["Location"]
    assert posted(client, f"{sheet}roles/", role="reviewer", region="")["Location"] == sheet
    nora = User.objects.get(email="n@exemple.fr")
    assert nora.staff_roles == frozenset()
    confirmed = f"/comptes/roles/{RoleProposal.objects.get(user=nora)}/confirmer/"
    assert posted(client, confirmed).status_code == 403
    assert posted(entered(second), confirmed)["Location"] == sheet
    nora = User.objects.get(email="n@exemple.fr")
    assert nora.staff_roles == {StaffRole.REVIEWER}
    assert "Retirer" in client.get(sheet).content.decode()
    assert client.get(f"{sheet}roles/reviewer/retirer/").status_code == 200
    assert posted(client, f"{sheet}roles/reviewer/retirer/")["Location"] == sheet
    assert User.objects.get(pk=nora.pk).staff_roles == frozenset()


def test_a_form_sent_twice_opens_one_account(administrator: User) -> None:
    client = entered(administrator)
    sent = {"cle_envoi": str(uuid.uuid4()), "first_name": "N", "last_name": "A", "email": "n@exemple.fr"}
    first, second = client.post("/comptes/nouveau/", sent), client.post("/comptes/nouveau/", sent)
    assert first["Location"] == second["Location"]
    assert User.objects.filter(email="n@exemple.fr").count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "pas une adresse"}, "adresse"),
        ({"email": "x" * 250 + "@exemple.fr"}, "254"),
        ({"email": ""}, "Renseignez ce champ."),
        ({"email": "deja@exemple.fr"}, "Cette adresse a déjà un compte."),
    ],
)
def test_a_bad_account_is_refused_in_words(administrator: User, fields: dict[str, str], said: str) -> None:
    PersonFactory(email="deja@exemple.fr")
    before = User.objects.count()
    response = posted(entered(administrator), "/comptes/nouveau/", first_name="Nora", last_name="A", **fields)
    html = response.content.decode()
    assert response.status_code == 200
    assert said in html
    assert 'value="Nora"' in html
    assert User.objects.count() == before


def test_an_administrator_finds_no_act_on_himself(administrator: User) -> None:
    client = entered(administrator)
    sheet = f"/comptes/{administrator.handle}/"
    assert "Fermer le compte" not in client.get(sheet).content.decode()
    assert posted(client, f"{sheet}fermer/").status_code == 404
    assert User.objects.get(pk=administrator.pk).is_active


def test_an_account_is_closed_and_reopened(administrator: User) -> None:
    client, person = entered(administrator), PersonFactory()
    sheet = f"/comptes/{person.handle}/"
    assert posted(client, f"{sheet}fermer/").status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    assert posted(client, f"{sheet}fermer/").status_code == 404
    assert posted(client, f"{sheet}rouvrir/").status_code == 302
    assert User.objects.get(pk=person.pk).is_active


def test_changing_roles_asks_for_a_fresh_proof_of_identity() -> None:
    administrator = AgentFactory(roles=[StaffRole.ADMINISTRATOR], with_password=True)
    client, person = entered(administrator), PersonFactory()
    fields = {"role": "chair", "region": "", "reason": "Seul administrateur."}
    response = posted(client, f"/comptes/{person.handle}/roles/", **fields)
    assert response["Location"].startswith("/compte/confirmer/")
    assert not StaffAssignment.objects.filter(user=person).exists()
    client.post("/compte/confirmer/", {"password": PHRASE})
    assert posted(client, f"/comptes/{person.handle}/roles/", **fields | {"reason": ""}).status_code == 200
    assert not StaffAssignment.objects.filter(user=person).exists()
    assert posted(client, f"/comptes/{person.handle}/roles/", **fields).status_code == 302
    assert StaffAssignment.objects.filter(user=person, role="chair").exists()


def test_an_empty_portal_leads_to_its_first_administrator(settings: Any, capsys: Any) -> None:
    settings.DEMO = False
    client = Client()
    for path in ("/", "/connexion/", "/nulle-part/"):
        assert client.get(path)["Location"] == "/installation/"
    assert client.get("/healthz").status_code == 200
    call_command("first_administrator")
    code = re.search(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", capsys.readouterr().out).group(0)  # type: ignore[union-attr]
    wanted = {"first_name": "A", "last_name": "B", "email": "a@exemple.fr", "password1": PHRASE, "password2": PHRASE}
    refused = client.post("/installation/", {**wanted, "code": "AAAA"}).content.decode()
    assert "n’est pas celui" in refused
    assert client.post("/installation/", {**wanted, "code": code})["Location"] == "/compte/second-facteur/"
    assert User.objects.get().staff_roles == {StaffRole.ADMINISTRATOR}
    assert client.get("/comptes/")["Location"] == "/compte/second-facteur/", "a second factor comes first"
    assert client.get("/compte/second-facteur/application/").status_code == 200, "without asking the password again"
    assert Client().get("/installation/").status_code == 404
    call_command("first_administrator")
    assert code not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"password2": "autre"}, "diffèrent"), ({"password1": "court", "password2": "court"}, "trop court")],
)
def test_the_first_password_follows_the_rules(fields: dict[str, str], said: str) -> None:
    wanted = {"first_name": "A", "last_name": "B", "email": "a@exemple.fr", "password1": PHRASE, "password2": PHRASE}
    sent = {**wanted, "code": operations.first_administrator_code(), **fields}
    assert said in Client().post("/installation/", sent).content.decode()
    assert not User.objects.exists()
