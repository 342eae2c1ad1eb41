"""Making and ending tokens: by administrators, for a year at most, with no copy of the text anywhere."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.accounts import operations as accounts
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditDetail
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.tokens import operations as tokens
from portal.tokens import queries
from portal.tokens.lifecycle import State
from portal.tokens.models import ApiToken
from portal.tokens.scopes import Scope
from tests.factories.accounts import AgentFactory
from tests.factories.parties import long_after_the_proof
from tests.factories.tokens import made

pytestmark = pytest.mark.django_db


def administrator() -> object:
    return AgentFactory(roles=[StaffRole.ADMINISTRATOR])


def test_the_text_of_a_token_is_kept_nowhere() -> None:
    token, text = made(Scope.WHITELIST_READ, Scope.GRANTS_READ)
    secret = text.split("_", 2)[2]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert not any(secret in str(row) for row in cursor.fetchall()), table
    assert token.prefix in AuditDetail.objects.get(event__action="tokens.create").data
    assert token.digest not in AuditDetail.objects.get(event__action="tokens.create").data


def test_a_token_is_found_by_its_text_alone() -> None:
    token, text = made()
    now = timezone.now()
    assert queries.presented(text, now=now) == token
    assert queries.presented(text[:-1] + ("A" if text[-1] != "A" else "B"), now=now) is None
    assert queries.presented("", now=now) is None


def test_a_revoked_token_is_refused_at_once_and_for_ever() -> None:
    token, text = made()
    tokens.revoke(token, by=administrator())
    assert token.state == State.REVOKED
    assert queries.presented(text, now=timezone.now()) is None
    with pytest.raises(MoveNotAllowed):
        tokens.revoke(token, by=administrator())


def test_an_expired_token_is_refused() -> None:
    token, text = made()
    assert queries.presented(text, now=token.expires_at) is None


def test_a_token_that_follows_an_account_ends_with_it() -> None:
    owner = administrator()
    _, text = made(owner_agent=owner)
    assert queries.presented(text, now=timezone.now())
    owner.is_active = False
    owner.save()
    assert queries.presented(text, now=timezone.now()) is None


def test_a_token_ends_with_the_last_role_of_the_agent_it_follows() -> None:
    owner, other = administrator(), administrator()
    _, text = made(owner_agent=owner)
    accounts.withdraw_role(owner.assignments.get(), by=other)
    assert queries.presented(text, now=timezone.now()) is None


@pytest.mark.parametrize("life", [timedelta(0), timedelta(days=-1), timedelta(days=367)])
def test_a_token_lasts_a_year_at_most(now: datetime, life: timedelta) -> None:
    with pytest.raises(Refused, match="un an"):
        made(expires_at=now + life, at=now)
    assert not ApiToken.objects.exists()


def test_a_token_without_scope_or_with_an_unknown_one_is_not_made() -> None:
    with pytest.raises(Refused, match="périmètre"):
        tokens.create(name="x", scopes=[], owner="x", expires_at=timezone.now(), by=administrator())
    with pytest.raises(ValueError):
        tokens.create(name="x", scopes=["admin:all"], owner="x", expires_at=timezone.now(), by=administrator())


def test_only_an_administrator_who_just_proved_his_identity_makes_a_token() -> None:
    with pytest.raises(NotPermitted):
        made(by=AgentFactory(roles=[StaffRole.WHITELIST_MANAGER]))
    with long_after_the_proof(), pytest.raises(NotPermitted):
        made()


def test_the_last_use_is_noted_to_the_hour(now: datetime) -> None:
    token, _ = made()
    for minutes, noted in ((0, 0), (30, 0), (59, 0), (60, 60), (90, 60)):
        tokens.note_use(token, at=now + timedelta(minutes=minutes))
        token.refresh_from_db()
        assert token.last_used_at == now + timedelta(minutes=noted)


def test_the_database_refuses_a_token_that_ends_before_it_begins() -> None:
    token, _ = made()
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(expires_at=token.created_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(state=State.REVOKED)
