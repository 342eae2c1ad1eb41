"""One-click sign-in of the demonstration: stands for password, second factor and step-up, and says so on the page.

It exists only in the embedded demonstration; production settings refuse to start with it.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.accounts.middleware import DEMO
from portal.accounts.models import User
from portal.lifecycle.errors import Refused
from portal.web.access import entrance

from . import cast

BACKEND = "portal.accounts.authentication.Backend"


@require_POST
@entrance
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session as the person named by `personne`; 404 outside the embedded demonstration."""
    if not (settings.DEMO and settings.EMBEDDED):
        raise Http404
    user = _account(request.POST.get("personne", ""))
    login(request, user, backend=BACKEND)
    request.session[DEMO] = True
    record_authentication(request, user, "demo", reauthenticated=True)
    adapter = get_adapter(request)
    wanted = request.POST.get("next", "")
    return redirect(wanted if wanted and adapter.is_safe_url(wanted) else adapter.get_login_redirect_url(request))


def _account(key: str) -> User:
    try:
        return cast.account_of(cast.person(key).key)
    except LookupError as unknown:
        raise Http404 from unknown
    except User.DoesNotExist as missing:
        raise Refused("Les comptes de démonstration ne sont pas installés : lancez « make demo-reset ».") from missing


def listed(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the demonstration: whom one may play, by side."""
    return {"demo_groups": [("Éditeurs", cast.VENDORS), ("Agence", cast.AGENTS), ("Régions", cast.REGIONS)]}
