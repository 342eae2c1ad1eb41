"""The session and the person behind each request: one statement each, written once; nothing is kept meanwhile."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from portal.statements.queries import Given, statement

from . import queries
from .models import User


@statement
def _open() -> "QuerySet[Session, str]":
    key, now = Given("key", CharField()), Given("now", DateTimeField())
    return Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data", flat=True)


class SessionStore(DatabaseStore):
    """Sessions of the database, as Django keeps them."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing once it ended, and its key is forgotten."""
        data = _open().first(key=self.session_key, now=timezone.now())
        if data is None:
            self._session_key = None
            return {}
        return self.decode(data)


class Backend(AuthenticationBackend):
    """Signing in is the library's; the person of a session comes with the roles held now."""

    def get_user(self, user_id: int) -> User | None:
        """The person of this key, None for an account that is closed."""
        user = queries.person(user_id)
        return user if user and self.user_can_authenticate(user) else None
