"""A committee of fifty dossiers, from its convocation to its letters, with its members at their own browsers."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Recusal, Vote
from policy.grants.models import Grant
from portal.demo import panel
from portal.demo.cast import account_of
from portal.outbox.models import OutboxMessage
from tests.browser.pages import Person
from tests.factories.committee import AgendaItemFactory, SessionFactory
from tests.factories.panel import setting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]
Play = Callable[[str], Person]
POINTS = 50
FOLDED = {"refuse": "En cas d’avis défavorable", "defer": "En cas d’ajournement"}


def test_a_committee_of_fifty_is_played_from_its_convocation_to_its_letters(play: Play) -> None:
    secretary = play("secretaire")
    session, items = agenda()
    home = f"/comite/{session.reference}/"
    convene(secretary, home)
    chair, member = play("presidente"), play("membre_dgos")
    declare(chair, home, items[0], interest="")
    declare(member, home, items[0], interest="Un proche y travaille.")
    open_session(secretary, home)
    vote(member, home, items)
    project(secretary, home, items)
    decide(secretary, home, items)
    close_and_tell(secretary, home)
    assert Decision.objects.count() == POINTS
    assert Grant.objects.count() == POINTS - 2
    assert OutboxMessage.objects.filter(effect="onboarding.committee.notify_decision").count() == POINTS
    assert Recusal.objects.get().item == items[0]
    for person in (secretary, chair, member):
        assert person.complaints == [], person.complaints


def agenda() -> tuple[CommitteeSession, list[AgendaItem]]:
    """A session of today with fifty complete candidacies, in a committee that votes under embargo."""
    today, now = timezone.localdate(), timezone.now()
    panel.seat(now)
    setting("committee.votes", True)
    setting("committee.embargo", True)
    session = SessionFactory(held_on=today, cut_off=today, attendance=[])
    return session, [AgendaItemFactory(session=session, position=n + 1) for n in range(POINTS)]


def convene(secretary: Person, home: str) -> None:
    secretary.go(home)
    secretary.follow("Convoquer les membres")
    secretary.sees("Hélène Carpentier")
    secretary.press("Convoquer la séance")
    secretary.sees("l’ordre du jour est arrêté")


def declare(person: Person, home: str, item: AgendaItem, *, interest: str) -> None:
    """The dossiers are closed until interests are declared; one with an interest stays so."""
    person.go(home)
    assert not person.offers(item.candidacy.reference)
    person.follow("Déclarer mes liens d’intérêt")
    person.fill(**{item.candidacy.reference: interest})
    person.press("Enregistrer ma déclaration")
    assert person.offers(item.candidacy.reference) is not bool(interest)


def open_session(secretary: Person, home: str) -> None:
    """Only the chair and the member are there: two voters."""
    secretary.go(home)
    secretary.follow("Ouvrir la séance")
    for key in ("membre_ars", "membre_cnsa"):
        seat = account_of(key).seats.get().reference
        secretary.page.locator(f"main [name='present'][value='{seat}']").uncheck(force=True)
    secretary.press("Ouvrir la séance")
    secretary.sees("En séance")


def vote(member: Person, home: str, items: list[AgendaItem]) -> None:
    """The member votes on one point at his browser; the other votes are cast as the pages do."""
    member.go(f"{home}points/{items[1].candidacy.reference}/")
    member.choose("choice", "refuse")
    member.press("Voter")
    member.sees("1 sur 2")
    wanted = {items[1].pk: "refuse", items[2].pk: "defer"}
    for item in items:
        for key in ("presidente", "membre_dgos"):
            recused = key == "membre_dgos" and item == items[0]
            if not recused and not Vote.objects.filter(item=item, user=account_of(key)).exists():
                operations.cast_vote(item, choice=wanted.get(item.pk, "admit"), by=account_of(key))


def project(secretary: Person, home: str, items: list[AgendaItem]) -> None:
    """Next and previous by the keyboard."""
    secretary.go(f"{home}points/{items[0].candidacy.reference}/projection/")
    secretary.page.keyboard.press("ArrowRight")
    expect(secretary.page).to_have_url(f"{secretary.site}{home}points/{items[1].candidacy.reference}/projection/")
    secretary.page.keyboard.press("ArrowLeft")
    expect(secretary.page).to_have_url(f"{secretary.site}{home}points/{items[0].candidacy.reference}/projection/")
    secretary.page.keyboard.press("Escape")
    expect(secretary.page).to_have_url(secretary.site + home)


def decide(secretary: Person, home: str, items: list[AgendaItem]) -> None:
    """Forty-eight are admitted together, one is refused, one deferred."""
    secretary.go(f"{home}admettre/")
    for item in [items[0], *items[3:]]:
        secretary.choose("points", item.candidacy.reference)
    secretary.press("Voir ce qui va se passer")
    assert not Decision.objects.exists()
    secretary.press("Enregistrer les décisions")
    expect(secretary.page.get_by_text("48 décisions enregistrées")).to_be_visible()
    rule(secretary, home, items[1], outcome="refuse", motives="purpose")
    rule(secretary, home, items[2], outcome="defer", awaited="purpose")


def rule(secretary: Person, home: str, item: AgendaItem, *, outcome: str, **boxes: str) -> None:
    secretary.go(f"{home}points/{item.candidacy.reference}/decision/")
    secretary.choose("outcome", outcome)
    secretary.page.locator("main [name='feeding_profiles'][value='A']").uncheck(force=True)
    secretary.fill(grounds="Le comité l’explique ainsi.")
    secretary.page.locator("summary", has_text=FOLDED[outcome]).click()
    for name, value in boxes.items():
        secretary.choose(name, value)
    secretary.press("Voir ce qui va se passer")
    secretary.press("Enregistrer la décision")


def close_and_tell(secretary: Person, home: str) -> None:
    """Nothing moves before the embargo ends; then all is told together."""
    secretary.go(home)
    secretary.follow("Clore la séance")
    secretary.press("Clore la séance")
    assert not Grant.objects.exists()
    assert set(Candidacy.objects.values_list("state", flat=True)) == {"complete"}
    secretary.go(home)
    secretary.follow("Notifier toutes les décisions")
    secretary.press("Notifier toutes les décisions")
    expect(secretary.page.get_by_text("Les décisions sont notifiées ensemble")).to_be_visible()
