"""The letter of a decision and its mail: issued once, sent to those who represent the holder."""

from datetime import datetime
from typing import Any

import pytest

from onboarding.committee import effects, operations, queries
from onboarding.committee.models import Decision
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive, Reserve
from portal.documents.lifecycle import State as DocumentState
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from tests.factories.candidacies import representative, secretary
from tests.factories.committee import AgendaItemFactory, DecisionFactory
from tests.factories.parties import member

pytestmark = pytest.mark.django_db

A = Profiles(frozenset("A"))
EFFECT = "onboarding.committee.notify_decision"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML given to the press, which answers at once."""
    pages: list[str] = []

    def press(html: str, **kwargs: Any) -> bytes:
        pages.append(html)
        return b"%PDF-1.7 courrier"

    monkeypatch.setattr("portal.documents.printing.render", press)
    return pages


def recorded(ruling: Ruling, now: datetime) -> Decision:
    """A decision recorded, whose letter is to come."""
    return operations.record_decision(AgendaItemFactory(), ruling=ruling, by=secretary(), at=now)


def deliver(now: datetime) -> None:
    """Runs the effect noted."""
    for message in OutboxMessage.objects.pending().filter(effect=EFFECT):
        assert outbox.deliver(message, now=now), OutboxMessage.objects.get(pk=message.pk).last_error


def test_letter_and_mail_follow_a_decision(printed, now) -> None:
    """One letter, one mail that carries it, to the legal representatives and the generic mailbox."""
    decision = recorded(Ruling(Outcome.ADMIT, A), now)
    candidacy = decision.item.candidacy
    person, owner = representative(candidacy), candidacy.service.owner
    owner.mailbox = "contact@editeur.fr"
    owner.save()
    deliver(now)
    letter = StoredDocument.objects.get()
    mail = OutgoingEmail.objects.get()
    assert (letter.kind, letter.owner, letter.service) == ("notification_letter", owner, candidacy.service)
    assert letter.subject_reference == candidacy.reference
    assert mail.to == [person.email, "contact@editeur.fr"]
    assert mail.subject == f"Candidature admise : {candidacy.service.name} ({candidacy.reference})"
    assert [attached.name for attached in mail.attachments.all()] == [letter.file_name]
    assert f"/decisions/{decision.reference}/" in mail.text
    assert queries.letter_of(decision) == letter


def test_effect_run_twice_issues_one_letter_and_one_mail(printed, now) -> None:
    """The message's identity makes it idempotent."""
    decision = recorded(Ruling(Outcome.ADMIT, A), now)
    message = OutboxMessage.objects.get(effect=EFFECT)
    for _ in range(2):
        effects.notify_decision(Delivery(str(message.pk), str(message.event_id), now), decision=decision.reference)
    assert StoredDocument.objects.count() == 1
    assert OutgoingEmail.objects.count() == 1


VARIANTS = [
    (Ruling(Outcome.ADMIT, A), "avis favorable et accorde le profil d’alimentation A", "Profil A"),
    (
        Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A, "", (Reserve("Compléter la liste"),)),
        "avec réserves",
        "Compléter la liste (ne bloque rien).",
    ),
    (Ruling(Outcome.DEFER, Profiles(), "Mandat attendu."), "a ajourné sa décision", "Mandat attendu."),
    (
        Ruling(Outcome.REFUSE, Profiles(), "Hors périmètre.", motives=(Motive.PURPOSE,)),
        "avis défavorable",
        "Voies et délais de recours",
    ),
]


@pytest.mark.parametrize(("ruling", "verdict", "content"), VARIANTS, ids=[case[0].outcome.value for case in VARIANTS])
def test_letter_has_a_variant_for_each_outcome(ruling, verdict, content, printed, now) -> None:
    """The decision comes first, its own part follows, in the letter and in the mail."""
    recorded(ruling, now)
    deliver(now)
    page, mail = printed[0], OutgoingEmail.objects.get()
    first = page.index('class="decision"')
    assert verdict in page[first : first + 700]
    assert content in page
    assert verdict in mail.text
    assert verdict in mail.html


def test_letter_and_mail_escape_what_the_vendor_named(printed, now) -> None:
    """A service's name is text, never markup."""
    item = AgendaItemFactory(candidacy__service__name="<b>Lits</b> & Cie")
    operations.record_decision(item, ruling=Ruling(Outcome.ADMIT, A), by=secretary(), at=now)
    deliver(now)
    assert "<b>Lits" not in printed[0]
    assert "<b>Lits" not in OutgoingEmail.objects.get().html
    assert "<b>Lits</b> & Cie" in OutgoingEmail.objects.get().text


def test_correction_replaces_the_letter_of_the_former_decision(printed, now) -> None:
    """The former paper says that it was replaced."""
    former = recorded(Ruling(Outcome.REFUSE, Profiles(), "Hors périmètre.", motives=(Motive.PURPOSE,)), now)
    deliver(now)
    words = Ruling(Outcome.REFUSE, Profiles(), "Motif complété.", motives=(Motive.PURPOSE,))
    later = now.replace(hour=15)
    operations.correct_decision(former, ruling=words, by=secretary(), at=later)
    deliver(later)
    letters = list(StoredDocument.objects.order_by("issued_at"))
    assert [letter.state for letter in letters] == [DocumentState.REPLACED, DocumentState.VALID]
    assert letters[0].successor == letters[1]
    assert former.reference in printed[1]


def test_reader_of_another_entity_is_not_written_to(printed, now) -> None:
    """Only those of the holder."""
    decision = recorded(Ruling(Outcome.ADMIT, A), now)
    other = member(DecisionFactory().item.candidacy.service.owner)
    person = representative(decision.item.candidacy)
    deliver(now)
    assert OutgoingEmail.objects.get().to == [person.email]
    assert other.email not in OutgoingEmail.objects.get().text


@pytest.mark.slow
def test_letter_is_printed_by_the_real_press(now) -> None:
    """A PDF comes out, within what the press allows."""
    recorded(Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A, "Motif.", (Reserve("Réserve"),)), now)
    deliver(now)
    assert StoredDocument.objects.get().content.startswith(b"%PDF-")
