"""The simulator: one question in the address, a verdict sentence, the rules that counted."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from policy.profiles.rulebook import EMPTY
from policy.verdicts import callers, queries
from policy.verdicts.forms import SimulatorForm
from policy.whitelist.models import WhitelistEntry
from portal.accounts.roles import StaffRole
from portal.parties.operations import close_readings
from portal.reference import queries as reference
from tests.factories import whitelist as entries
from tests.factories.grants import agent
from tests.factories.parties import LegalEntityFactory, member, proved
from tests.factories.profiles import PolicyVersionFactory

pytestmark = pytest.mark.django_db
URL = "/simulateur/"
INSIDE, OUTSIDE = "350054680", "290004324"


@pytest.fixture
def entry() -> WhitelistEntry:
    """An entry in force in production: profile A."""
    PolicyVersionFactory(number="1")
    return entries.approved(at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def browser() -> Client:
    """A reviewer's browser."""
    return proved(agent(StaffRole.REVIEWER))


def asked(caller: str, **changes: Any) -> dict[str, Any]:
    given = {
        "environnement": "production",
        "appelant": caller,
        "operation": "patch",
        "element": "Location.supported-capacity",
        "etablissement": INSIDE,
        "jour": timezone.localdate().isoformat(),
    }
    return given | changes


def test_simulator_is_for_agents(client: Client) -> None:
    assert client.get(URL).status_code == 302
    assert proved(member(LegalEntityFactory())).get(URL).status_code == 404


def test_simulator_shows_its_question_and_the_callers(browser: Client, entry: WhitelistEntry) -> None:
    page = browser.get(URL).content.decode()
    assert "Demander le verdict" in page
    assert f"{entry.reference} : {entry.client_id}" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("named", ["client_id", "reference", "fingerprint"])
def test_simulator_permits_with_the_rule_and_its_source(browser: Client, entry: WhitelistEntry, named: str) -> None:
    names = {
        "client_id": entry.client_id,
        "reference": entry.reference.lower(),
        "fingerprint": entry.certificates.get().fingerprint.upper(),
    }
    page = browser.get(URL, asked(names[named])).content.decode()
    assert "Permis : cet appel passerait." in page
    assert "/politique/versions/1/#ALIM-A" in page
    assert "Charte d’accès et d’alimentation" in page
    assert f"demande à modifier « Lieu : capacité de prise en charge (lits et places) », établissement {INSIDE}" in page
    assert entry.reference in page


def test_simulator_refuses_and_says_why(browser: Client, entry: WhitelistEntry) -> None:
    page = browser.get(URL, asked(entry.client_id, etablissement="750712184")).content.decode()
    assert "Refusé : cet appel ne passerait pas." in page
    assert "L’établissement 750712184 n’est pas dans la liste" in page


def test_simulator_looks_at_another_day(browser: Client, entry: WhitelistEntry) -> None:
    page = browser.get(URL, asked(entry.client_id, jour="2026-01-15")).content.decode()
    assert "ne prend effet que le" in page


def test_simulator_answers_before_anything_is_published(browser: Client) -> None:
    page = browser.get(URL, asked("ror-1", operation="")).content.decode()
    assert "aucune pour cet environnement" in page
    assert page.count("<h1") == 1


def test_simulator_judges_a_profile_that_nobody_holds(browser: Client) -> None:
    PolicyVersionFactory(number="1")
    question = asked("", profil="2", operation="read", element="Location.equipment", fait_sensitive_unit="oui")
    page = browser.get(URL, question).content.decode()
    assert "Refusé" in page
    assert "Un service de profil 2 demande à lire" in page
    assert "On sait que l’unité est sensible" in page
    assert "Sans appelant : le périmètre est supposé respecté." in page
    assert "fait_sensitive_unit=oui" in page  # the link to this answer


def folded(page: str) -> tuple[str, str, bool]:
    """What comes before the fold, what it holds, whether it is open."""
    before, _, after = page.partition("<details")
    return before, after.split("</details>")[0], after.split(">")[0].endswith(" open")


def test_simulator_asks_first_what_matters_and_folds_the_rest(browser: Client) -> None:
    PolicyVersionFactory(number="1")
    shown, rest, is_open = folded(browser.get(URL).content.decode())
    assert all(f'name="{name}"' in shown for name in ("appelant", "profil", "operation", "element", "etablissement"))
    assert all(f'name="{name}"' in rest for name in ("cas", "environnement", "region", "jour", "heure"))
    assert ("fait_" in shown, "fait_sensitive_unit" in rest, is_open) == (False, True, False)

    question = asked("", profil="2", operation="read", element="Location.equipment", etablissement="")
    shown, rest, is_open = folded(browser.get(URL, question).content.decode())
    assert "Ce qui compte pour cette question" in shown
    assert ('name="fait_sensitive_unit"' in shown, 'name="fait_sensitive_unit"' in rest) == (True, False)
    assert not is_open


@pytest.mark.parametrize("said", [{"heure": "10:00"}, {"jour": "hier"}, {"environnement": "sandbox"}, {"region": "53"}])
def test_simulator_unfolds_what_was_said_or_is_to_be_corrected(browser: Client, said: dict[str, str]) -> None:
    PolicyVersionFactory(number="1")
    _, _, is_open = folded(browser.get(URL, asked("ror-1", **said)).content.decode())
    assert is_open


def test_simulator_compares_with_the_other_profiles_of_the_direction(browser: Client, entry: WhitelistEntry) -> None:
    page = browser.get(URL, asked(entry.client_id)).content.decode()
    assert "Et avec un autre profil ?" in page
    assert "Profil A – capacité et disponibilité</a> (celui de la question)" in page
    assert "Profil B" in page
    assert "Profil 2 –" not in page.split("Et avec un autre profil ?")[1].split("</table>")[0]


def test_impact_of_a_version_is_for_agents(browser: Client, entry: WhitelistEntry) -> None:
    PolicyVersionFactory(number="2", draft=True)
    page = browser.get("/politique/versions/2/effets/").content.decode()
    assert "Aucune habilitation en vigueur n’est touchée." in page
    assert proved(member(LegalEntityFactory())).get("/politique/versions/2/effets/").status_code == 404
    assert browser.get("/politique/versions/9/effets/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"appelant": ""}, "Nommez un appelant, ou choisissez un profil"),
        ({"profil": "2"}, "Nommez un appelant, ou choisissez un profil"),
        ({"profil": "9"}, "9"),
        ({"fait_sensitive_unit": "peut-être"}, "peut-être"),
        ({"etablissement": "350054681"}, "n’est pas un numéro FINESS"),
        ({"etablissement": "x" * 30}, "20"),
        ({"jour": "hier"}, "date"),
        ({"jour": "0001-01-01"}, "entre 2000 et 2100"),
        ({"jour": "9999-12-31"}, "entre 2000 et 2100"),
        ({"operation": "delete"}, "delete"),
        ({"element": "Patient"}, "Patient"),
        ({"environnement": "prod"}, "prod"),
    ],
)
def test_simulator_says_what_is_wrong_in_the_question(
    browser: Client, entry: WhitelistEntry, changes: dict[str, str], sentence: str
) -> None:
    answer = browser.get(URL, asked(entry.client_id, **changes))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Votre saisie doit être corrigée" in page
    assert sentence in page
    assert "Ce qui a compté" not in page


def test_the_callers_closed_to_an_agent_are_unknown_to_him(entry: WhitelistEntry) -> None:
    recused = agent(StaffRole.REVIEWER)
    close_readings([recused], [entry.grant.holder_id], source="C-1999-0001", at=timezone.now())
    browser = proved(recused)
    assert entry.client_id not in browser.get(URL).content.decode()
    answers = [browser.get(URL, asked(name)).content.decode() for name in (entry.client_id, "inconnu")]
    assert all("Refusé : cet appel ne passerait pas." in page for page in answers)
    assert answers[0].replace(entry.client_id, "inconnu").count("inconnu") == answers[1].count("inconnu")
    assert entry.reference not in answers[0]
    assert entry.grant.holder.name not in browser.get("/politique/versions/1/effets/").content.decode()
    assert [one.reference for one in queries.holders(agent(StaffRole.REVIEWER))] == [entry.grant.reference]
    assert queries.holders(recused) == []


def regions_offered(**given: Any) -> list[str]:
    """The codes offered for the region, after the first choice that says nothing."""
    data = given.pop("data", None)
    form = SimulatorForm(data, book=EMPTY, today=timezone.localdate(), **given)
    return [str(code) for code, _ in form.fields["region"].choices][1:]  # type: ignore[attr-defined]


def test_simulator_offers_the_regions_of_the_caller_and_the_one_that_was_asked() -> None:
    assert regions_offered() == list(reference.regions_at(timezone.localdate()))
    assert regions_offered(regions=["84"]) == ["84"]
    assert regions_offered(regions=["84"], data=asked("ror-1", region="53")) == ["53", "84"]
    assert regions_offered(regions=["84"], data=asked("ror-1", region="99")) == ["84"]


def test_simulator_of_a_regional_caller_offers_its_region(
    browser: Client, entry: WhitelistEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "regions", lambda index, text: {"84"} if text == entry.client_id else frozenset())
    page = browser.get(URL, asked(entry.client_id)).content.decode()
    assert 'value="84"' in page
    assert 'value="53"' not in page
    assert 'value="53"' in browser.get(URL).content.decode()
