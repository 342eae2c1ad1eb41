"""The home of a regional space: what waits with its delay, page by page; and the letters of its authority."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.committee import operations
from onboarding.committee.outcomes import Outcome
from onboarding.committee.queries import regional
from onboarding.committee.regional_lanes import RegionalLane
from onboarding.committee.rules import Profiles, Ruling
from onboarding.letters import operations as letters
from portal.accounts.roles import StaffRole
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.reference.models import Region
from tests.factories.candidacies import CandidacyFactory, representative
from tests.factories.grants import agent
from tests.factories.panel import authority, setting
from tests.factories.parties import proved

pytestmark = pytest.mark.django_db
SPACE = "/espace-regional/"


@pytest.fixture(autouse=True)
def _brittany() -> None:
    Region.objects.update_or_create(code="53", defaults={"name": "Bretagne", "ars_name": "ARS Bretagne"})


def deposited(**changes):
    given = {"direction": "consumption", "space": "regional", "region_routes": {"53": "direct"}}
    return CandidacyFactory(**(given | {"requested_profiles": ["2"]} | changes))


def counts(user) -> dict[str, int]:
    return {one.lane.value: one.count for one in regional.tasks(user) if one.count}


def test_each_dossier_waits_in_its_list_until_somebody_acts(now) -> None:
    mine, other = authority(), authority()
    first, complete = deposited(submitted=True), deposited(complete=True)
    deposited(submitted=True, region_routes={"11": "direct"})
    deposited(submitted=True, state="under_review", reviewer=other)
    deposited(submitted=True, state="returned")
    assert counts(mine) == {"a-prendre": 1, "a-decider": 1, "editeur": 1}
    assert counts(other) == {"miens": 1, "a-prendre": 1, "a-decider": 1, "editeur": 1}
    assert list(regional.in_lane(mine, "a-prendre")) == [first]
    setting("regional.second_person", True)
    ruling = Ruling(Outcome.ADMIT, Profiles(access=2))
    proposal = operations.propose_regionally(complete, ruling=ruling, by=mine, at=now)
    assert RegionalLane.TO_DECIDE not in counts(other)
    assert (counts(mine).get("a-confirmer"), counts(other).get("a-confirmer")) == (None, 1)
    operations.confirm_proposal(proposal, by=other, at=now)
    assert "a-confirmer" not in counts(other)
    page = proved(other).get(SPACE, {"liste": "decisions"}).text
    assert complete.service.name in page


def test_lists_are_read_page_by_page_at_a_constant_cost(django_assert_num_queries) -> None:
    browser = proved(authority())
    for number in range(2):
        deposited(submitted=True, submitted_at=timezone.now() - timedelta(days=number))
    browser.get(SPACE)
    with django_assert_num_queries(10) as few:
        browser.get(SPACE, {"liste": "a-prendre"})
    for number in range(25):
        deposited(submitted=True, submitted_at=timezone.now() - timedelta(days=number))
    with django_assert_num_queries(len(few)):
        page = browser.get(SPACE, {"liste": "a-prendre"}).text
    assert "Page 1 sur 2" in page
    assert "?liste=a-prendre&amp;page=2" in page
    assert browser.get(SPACE, {"liste": "inconnue", "page": "zzz"}).status_code == 200


def test_the_authority_writes_letters_in_its_own_name(monkeypatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: pages.append(html) or b"%PDF-1.7")
    candidacy, mine = deposited(complete=True), authority()
    boss = representative(candidacy)
    model = letters.write("Point d’étape", "Votre service {{ service }} avance.", by=agent(StaffRole.SECRETARY))
    draft, send = (reverse(name, args=[candidacy.reference]) for name in ("letter_draft", "letter_send"))
    browser = proved(mine)
    assert f'href="{draft}"' in browser.get(reverse("regional_dossier", args=[candidacy.reference])).text
    assert candidacy.service.name in browser.get(draft, {"modele": model.reference}).text
    typed = {"title": "Point d’étape", "body": "Votre service avance.", "model": model.reference}
    assert "pour l’agence régionale de santé (ARS Bretagne)" in browser.post(send, typed | {"voir": "1"}).text
    assert browser.post(send, typed).status_code == 302
    deliver_due(timezone.now() + timedelta(minutes=1), limit=50)
    assert "pour l’agence régionale de santé (ARS Bretagne)" in pages[-1]
    mail = OutgoingEmail.objects.get(template="onboarding/letters/mails/letter")
    assert boss.email in mail.to
    assert "l’agence régionale de santé (ARS Bretagne) vous attend" in mail.text.replace("\u00a0", " ")


def test_letters_of_a_region_are_its_own() -> None:
    candidacy = deposited(complete=True)
    draft, send = (reverse(name, args=[candidacy.reference]) for name in ("letter_draft", "letter_send"))
    for stranger in (authority("11"), representative(candidacy)):
        assert proved(stranger).get(draft).status_code == 404
        assert proved(stranger).post(send, {"title": "x", "body": "x"}).status_code == 404
    reader = proved(authority(role=StaffRole.REGIONAL_READER))
    assert reader.get(draft).status_code == 200
    assert reader.post(send, {"title": "x", "body": "x"}).status_code == 403
    assert Client().get(draft).status_code == 302
