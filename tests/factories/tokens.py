"""Tokens for tests, and the header that carries one."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.roles import StaffRole
from portal.tokens import operations as tokens
from portal.tokens.models import ApiToken
from portal.tokens.scopes import Scope
from tests.factories.accounts import AgentFactory


def made(*scopes: Scope, **changes: Any) -> tuple[ApiToken, str]:
    """A token of these scopes, good for thirty days, with its text."""
    given = {
        "name": "Passerelle de test",
        "owner": "Équipe exploitation",
        "expires_at": timezone.now() + timedelta(days=30),
        "by": AgentFactory(roles=[StaffRole.ADMINISTRATOR]),
    }
    return tokens.create(scopes=scopes or [Scope.WHITELIST_READ], **(given | changes))


def bearer(*scopes: Scope, **changes: Any) -> dict[str, str]:
    """The header of a call made with such a token."""
    return {"Authorization": f"Bearer {made(*scopes, **changes)[1]}"}
