"""What a person chooses about mails: at once, once a day, never; and what nobody may hold back."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as sent
from django.urls import reverse

from portal.lifecycle.errors import NotPermitted, Refused
from portal.lifecycle.operations import moving
from portal.mail import jobs, operations, queries, schedule, topics
from portal.mail.lifecycle import PreferenceMove, State
from portal.mail.models import DigestLine, MailPreferences, OutgoingEmail
from portal.mail.topics import Choice, Topic
from portal.outbox import operations as outbox
from portal.outbox.registry import Delivery
from tests.factories.accounts import PersonFactory, entered

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
MAILS = Path(settings.BASE_DIR) / "templates"
SUBJECTS = sorted(path for path in MAILS.rglob("*.subject.txt"))
OPTIONAL = "onboarding/notices/mails/report_closed"
MANDATORY = "policy/grants/mails/secret"


@pytest.fixture(autouse=True)
def bare(settings: Any, tmp_path: Path) -> None:
    """A mail of each kind, made for these tests."""
    for name in (OPTIONAL, MANDATORY):
        folder = tmp_path / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        Path(f"{folder}.subject.txt").write_text("Clos : {{ name }} (DY-2026-0001)")
        for ending in ("txt", "html"):
            block = "{% block button_url %}{{ public_url }}/signalements/DY-2026-0001/{% endblock button_url %}"
            Path(f"{folder}.{ending}").write_text(f'{{% extends "portal/mail/base.{ending}" %}}{block}')
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]


def queued(*people: Any, template: str = OPTIONAL, at: datetime = AT) -> OutgoingEmail:
    """A mail to these people and to a generic mailbox."""
    to = [*(person.email for person in people), "boite@exemple.fr"]
    message = Delivery(str(uuid.uuid4()), str(uuid.uuid4()), at)
    return operations.queue(template, to=to, context={"name": "Panne"}, message=message)


def wanting(choice: Choice, topic: Topic = Topic.EXCHANGES) -> Any:
    """A person who chose for one topic."""
    person = PersonFactory()
    operations.choose({topic: choice}, by=person)
    return person


def test_a_mail_leaves_at_once_unless_its_reader_chose_otherwise() -> None:
    silent, prompt, daily, never = (
        PersonFactory(),
        wanting(Choice.AT_ONCE),
        wanting(Choice.DAILY),
        wanting(Choice.NEVER),
    )
    email = queued(silent, prompt, daily, never)
    assert email.to == [silent.email, prompt.email, "boite@exemple.fr"]
    assert [line.user for line in DigestLine.objects.all()] == [daily]


def test_a_choice_bears_on_its_own_topic_only() -> None:
    person = wanting(Choice.NEVER, Topic.NOTICES)
    assert person.email in queued(person).to


def test_what_a_right_depends_on_is_never_held_back() -> None:
    person = PersonFactory()
    with pytest.raises(Refused, match="partent toujours"):
        operations.choose({Topic.RIGHT: Choice.NEVER}, by=person)
    MailPreferences.objects.create(user=person, choices={"right": "never", "exchanges": "n'importe quoi"})
    assert person.email in queued(person, template=MANDATORY).to
    assert person.email in queued(person).to


def test_a_mail_that_all_hold_back_is_kept_and_says_so() -> None:
    person = wanting(Choice.NEVER)
    message = Delivery(str(uuid.uuid4()), str(uuid.uuid4()), AT)
    email = operations.queue(OPTIONAL, to=[person.email], context={"name": "x"}, message=message)
    again = operations.queue(OPTIONAL, to=[person.email], context={"name": "x"}, message=message)
    assert (email.state, again.pk) == (State.WITHHELD, email.pk)
    outbox.deliver_due(LATER)
    assert sent.outbox == []


def test_the_summary_gathers_a_day_once_with_links_by_topic() -> None:
    person = wanting(Choice.DAILY)
    queued(person)
    queued(person, at=AT + timedelta(hours=2))
    assert jobs.send_summaries(AT + timedelta(hours=12)) == 0
    morning = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)  # seven o'clock in Paris
    assert jobs.send_summaries(morning) == 1
    assert jobs.send_summaries(morning + timedelta(minutes=5)) == 0
    while outbox.deliver_due(LATER):
        pass
    [left] = [one for one in sent.outbox if one.to == [person.email]]
    assert left.subject.replace("\u00a0", " ") == "Récapitulatif du mercredi 4 mars 2026 : 2 messages"
    assert left.body.count("Clos : Panne (DY-2026-0001)") == 2
    assert "/signalements/DY-2026-0001/" in left.body
    assert "parce que vous avez choisi" in left.body


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 3, 3, 5, 59, tzinfo=UTC), datetime(2026, 3, 3, 6, 0, tzinfo=UTC)),
        (datetime(2026, 3, 3, 6, 0, tzinfo=UTC), datetime(2026, 3, 4, 6, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),  # summer time begins
    ],
)
def test_summaries_leave_at_seven_in_paris(at: datetime, due: datetime) -> None:
    assert schedule.next_summary(at) == due


def test_the_link_of_a_line_is_that_of_the_button() -> None:
    assert schedule.link("Bonjour\nhttps://p.fr/a/b/\nhttps://autre.fr/", "https://p.fr") == "https://p.fr/a/b/"
    assert schedule.link("Rien", "https://p.fr") == "https://p.fr/"


def test_each_mail_says_why_it_came_and_where_to_choose() -> None:
    optional, mandatory = queued(PersonFactory()), queued(PersonFactory(), template=MANDATORY)
    assert "/compte/messages/" in optional.text
    assert "/compte/messages/" in optional.html
    assert "Ce message part toujours" in mandatory.text
    assert "/compte/messages/" not in mandatory.html


@pytest.mark.parametrize("path", SUBJECTS, ids=lambda path: str(path.relative_to(MAILS)))
def test_every_mail_has_a_topic_a_reason_and_a_page(path: Path) -> None:
    template = str(path.relative_to(MAILS)).removesuffix(".subject.txt")
    assert topics.known(template), "add the template to portal/mail/topics.py"
    body = (MAILS / f"{template}.txt").read_text()
    assert re.search(r"block why %}\s*\S", body), "say why the reader receives it"
    assert re.search(r"block button_url %}.*\S", body), "lead to the page concerned"


def test_preferences_are_chosen_on_a_page_and_by_oneself() -> None:
    person = PersonFactory()
    client = entered(person)
    page = client.get(reverse("mail_preferences")).content.decode()
    assert "Habilitations et liste blanche" in page  # among those that always leave
    data = {topic.value: "daily" for topic in topics.optional()} | {"cle_envoi": str(uuid.uuid4())}
    assert client.post(reverse("mail_preferences"), data).status_code == 302
    assert queries.preferences_of(person).choice(Topic.NOTICES) is Choice.DAILY
    assert client.post(reverse("mail_preferences"), {"notices": "jamais"}).status_code == 422
    with pytest.raises(NotPermitted), moving(queries.preferences_of(person), PreferenceMove.CHOOSE, by=PersonFactory()):
        pytest.fail("somebody chose for another")
