"""Who acts on a page that only people signed in reach."""

from django.http import HttpRequest

from portal.accounts.models import User


def acting(request: HttpRequest) -> User:
    """The person who acts; @writes lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user
