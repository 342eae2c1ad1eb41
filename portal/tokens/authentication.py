"""How the REST API knows its callers: a bearer token in the header, a scope on each view."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from . import bearer, operations, queries
from .models import ApiToken
from .scopes import Scope

View = Callable[..., Any]

REALM = 'Bearer realm="portail-ror"'
BOUND = "Token-Environments"
REFUSED = "Jeton inconnu, expiré ou révoqué."
IN_ADDRESS = (
    "Un jeton ne s’écrit jamais dans une adresse, qui reste dans les journaux : révoquez-le et "
    "envoyez le nouveau dans l’en-tête Authorization."
)


@dataclass(frozen=True)
class Client:
    """The caller of the API: a tool of the agency, known by its token. It is nobody's account."""

    token: ApiToken
    is_authenticated: bool = True
    is_active: bool = True
    is_agent: bool = False
    pk: None = None

    def __str__(self) -> str:
        return f"jeton {self.token.prefix}"


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer ror_…``; anything else is anonymous."""

    def authenticate(self, request: Request) -> tuple[Client, ApiToken] | None:
        """The caller and its token; None without header. Raises AuthenticationFailed for a token that is no good."""
        if bearer.in_address(_parameters(request)):
            raise AuthenticationFailed(IN_ADDRESS)
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(REFUSED)
        token = queries.presented(words[1].decode("ascii", "replace"), now=timezone.now())
        if token is None:
            raise AuthenticationFailed(REFUSED)
        return Client(token), token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return REALM


def _parameters(request: Request) -> Iterator[tuple[str, str]]:
    for name, values in request.query_params.lists():
        for value in values:
            yield name, str(value)


class HasScope(BasePermission):
    """The token holds the scope named by `required_scope` on the view; a view that names none is closed."""

    message = "Ce jeton n’a pas le périmètre nécessaire."

    def has_permission(self, request: Request, view: Any) -> bool:
        """True when the scope is held."""
        needed = required_scope(request, view)
        if not isinstance(request.auth, ApiToken) or needed is None:
            return False
        self.message = f"Ce jeton n’a pas le périmètre « {needed} »."
        return needed in request.auth.scopes


def required_scope(request: Request, view: Any) -> str | None:
    """The scope a view asks for: named on the view, or on the function found by the address."""
    named = getattr(view, "required_scope", None)
    match = getattr(request, "resolver_match", None)
    return named or (getattr(match.func, "required_scope", None) if match else None)


def require_environment(request: Request, environment: str) -> None:
    """Raises PermissionDenied, with its sentence, for a token that does not serve this environment."""
    if isinstance(request.auth, ApiToken) and not request.auth.serves(environment):
        served = " et ".join(request.auth.environments_in_words).lower()
        raise PermissionDenied(f"Ce jeton ne sert que l’environnement « {served} ».")


def bound_to(request: Request) -> dict[str, str]:
    """The header that says which environments the caller's token serves, for who answers the next calls from memory;
    none for a token that serves all.
    """
    served = request.auth.environments if isinstance(request.auth, ApiToken) else []
    return {BOUND: " ".join(served)} if served else {}


def for_tokens(scope: Scope) -> Callable[[View], View]:
    """Opens a view of the API to tokens of one scope. It stands above `@public` (no session, no write) and `@api_view`.

    Writes nothing but the hour the token last served, once the answer is made; a view that writes down what a tool
    reports stands above `@entrance` instead.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def served(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            response = view(request, *args, **kwargs)
            token = getattr(request, "auth", None)
            if isinstance(token, ApiToken):
                operations.note_use(token, at=timezone.now())
            return response

        served.access = dataclasses.replace(view.access, kind="reads")  # type: ignore[attr-defined]
        served.required_scope = scope  # type: ignore[attr-defined]
        return served

    return decorate
