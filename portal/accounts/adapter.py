"""What the account library asks of us: links, mails, redirections, secrets at rest, who attempts to sign in."""

import base64
import hashlib
import time
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from portal.web import origin

from . import operations, wording

FACTORS = ["totp", "webauthn"]


def attempted_address(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The address somebody tries to sign in with, in one spelling, for the throttle."""
    given = (credentials or {}).get("email") or request.POST.get("login", "")
    return str(given).strip().lower()


def client_address(request: HttpRequest) -> str:
    """The client's address behind our own proxies, for the throttle and the notices."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return origin.client_address(request.META.get("REMOTE_ADDR", ""), forwarded, proxies=settings.PROXY_COUNT)


def canonical(url: str) -> str:
    """A link under the public address of the portal, whatever host the request named."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return urljoin(settings.PUBLIC_URL, path) if settings.PUBLIC_URL else url


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, sign-up and the mails about them."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "L’adresse électronique ou le mot de passe n’est pas le bon.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "enter_current_password": "Ce mot de passe n’est pas le bon.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.",
        "too_many_login_attempts": "Trop d’essais. Patientez une minute avant de recommencer.",
        "rate_limited": "Trop d’essais. Patientez une minute avant de recommencer.",
        "duplicate_email": "Cette adresse est déjà celle de votre compte.",
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address behind our own proxies only."""
        return client_address(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not right after a complete sign-in, which proves as much: second factor included where there is one."""
        return not _signed_in_lately(self.request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account."""
        return resolve_url("account")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Note the mail in the outbox, with the one link that its button follows."""
        said = wording.of(template_prefix)
        link = canonical(str(context[said.link])) if said.link else ""
        operations.note_mail(template_prefix, to=email, link=link)


def _signed_in_lately(request: HttpRequest) -> bool:
    """True when the last proof this session gave of all its person's factors is a few minutes old."""
    factor = "mfa" if is_mfa_enabled(request.user, FACTORS) else "password"
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("method") == factor]
    return bool(proofs) and time.time() - proofs[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class MFAAdapter(DefaultMFAAdapter):
    """Second factors; their secrets are encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.",
        "unverified_email": "Confirmez d’abord votre adresse électronique : un message vous attend.",
        "cannot_delete_authenticator": "Un agent garde toujours un second facteur : ajoutez-en un autre d’abord.",
    }

    def encrypt(self, text: str) -> str:
        """Under a key drawn from the signing key of the installation."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Counterpart of `encrypt`, former signing keys included."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """An agent keeps at least one second factor; recovery codes alone are none."""
        user = authenticator.user
        others = (
            type(authenticator).objects.filter(user=user).exclude(pk=authenticator.pk).exclude(type="recovery_codes")
        )
        return not user.is_staff_member or others.exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the host, and show the name of the portal."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Portail ROR"}


def _cipher() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"mfa:" + key.encode()).digest())) for key in keys]
    )
