"""What the account library asks of us: links, mails, redirections, secrets at rest, who attempts to sign in."""

import base64
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from portal.outbound import client, targets
from portal.web import origin

from . import operations, wording
from .assertions import Expected, Untrusted, verified
from .middleware import DEMO
from .models import User

logger = logging.getLogger(__name__)
NONCE = "proconnect_nonce"  # session: what the identity token of the sign-in under way must repeat

FACTORS = ["totp", "webauthn"]
ENROLLED = frozenset({"mfa/email/totp_activated", "mfa/email/webauthn_added"})  # adding a factor proves it
SECURED = {  # the notices after which the account's other sessions end (AN-07); a password does so by itself
    "mfa/email/totp_activated": "application de codes ajoutée",
    "mfa/email/totp_deactivated": "application de codes retirée",
    "mfa/email/webauthn_added": "clé de sécurité ajoutée",
    "mfa/email/webauthn_removed": "clé de sécurité retirée",
    "mfa/email/recovery_codes_generated": "codes de secours renouvelés",
    "account/email/email_changed": "adresse électronique changée",
}


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

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a page may lead there; an address that cannot be read (`http://[x`) leads nowhere."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Never when a fresh proof is there, a complete sign-in included. Raises ReauthenticationRequired otherwise.

        The library would take any proof, and none from whoever has neither password nor second factor.
        """
        if not _proved_lately(self.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The proofs that count for a person: his second factor; else his password; else ProConnect; else his mail."""
        methods = list(super().get_reauthentication_methods(user))
        if not user.is_authenticated:
            return methods
        if is_mfa_enabled(user, FACTORS):
            return [method for method in methods if method["id"] != "reauthenticate"]
        if methods:
            return methods
        linked = settings.PROCONNECT_CLIENT_ID and SocialAccount.objects.filter(user=user).exists()
        name = "proconnect_again" if linked else "account_reset_password"
        return [{"id": name, "description": settings.PROCONNECT_NAME, "url": reverse(name)}]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account."""
        return resolve_url("account")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the person what changed; where it changes how he signs in, this session alone goes on."""
        if what := SECURED.get(template_prefix):
            owner = User.objects.get(pk=user.pk)
            operations.secure_account(owner, what=what)
            if self.request.user == owner:
                update_session_auth_hash(self.request, owner)
                if template_prefix in ENROLLED:
                    record_authentication(self.request, owner, "mfa", reauthenticated=True)
        super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Note the mail in the outbox, with the one link that its button follows."""
        said = wording.of(template_prefix)
        link = canonical(str(context[said.link])) if said.link else ""
        operations.note_mail(template_prefix, to=email, link=link)


def _proved_lately(request: HttpRequest) -> bool:
    """True when this session proved its person's strongest factor in the last minutes; the demonstration always has."""
    if settings.DEMO and settings.EMBEDDED and request.session.get(DEMO):
        return True
    records = get_authentication_records(request, request.user)
    counting = {"mfa"} if is_mfa_enabled(request.user, FACTORS) else {"mfa", _first_factor(request.user)}
    proofs = [record["at"] for record in records if record.get("method") in counting]
    return bool(proofs) and time.time() - max(proofs) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _first_factor(user: Any) -> str:
    """How a person without second factor proves himself, in the library's words."""
    return "password" if user.has_usable_password() else "socialaccount"


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


class _Answer:
    """What the account library reads of an answer of the provider."""

    def __init__(self, answer: client.Answer) -> None:
        self.status_code, self.headers, self.content = answer.status, answer.headers, answer.body

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        """The body as JSON. Raises OAuth2Error when it is none."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise OAuth2Error("no JSON") from error

    def raise_for_status(self) -> None:
        """Raises OAuth2Error for anything but a success."""
        if self.status_code != HTTPStatus.OK:
            raise OAuth2Error(f"status {self.status_code}")


class _Session:
    """The library's HTTP session, through the portal's only way out: the origin of the provider and no other."""

    def __enter__(self) -> "_Session":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to close: each call has its own connection."""

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> _Answer:
        """Reads an address of the provider."""
        return self.request("GET", url, headers=headers)

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
    ) -> _Answer:
        """Calls the provider. Raises OAuth2Error when that is not possible."""
        sent = {**(headers or {}), **({"Content-Type": "application/x-www-form-urlencoded"} if data else {})}
        if auth is not None:
            sent["Authorization"] = _basic(auth.username, auth.password)
        content = urlencode(dict(data)).encode() if data else None
        parts = urlsplit(settings.PROCONNECT_ISSUER)
        allowed = [f"{parts.scheme}://{parts.netloc}"]
        try:
            return _Answer(client.fetch(url, allowed=allowed, method=method, content=content, headers=sent))
        except (client.Failed, targets.Forbidden) as error:
            raise OAuth2Error(str(error)) from error


def _basic(name: str, phrase: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{phrase}".encode()).decode()


class ProConnectProvider(OpenIDConnectProvider):
    """The provider, with a nonce for each sign-in and the names that ProConnect gives."""

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """A fresh nonce, which the identity token must repeat; nothing comes from the address.

        Somebody signed in already comes to prove himself again: the provider asks him, whatever it remembers.
        """
        request.session[NONCE] = nonce = secrets.token_urlsafe(32)
        return {"nonce": nonce, **({"prompt": "login"} if request.user.is_authenticated else {})}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Those of the settings; the address adds none."""
        return list(self.get_scope())

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """The usual name first."""
        told = data["userinfo"]
        names = {"last_name": told.get("usual_name") or told.get("family_name"), "first_name": told.get("given_name")}
        return {"email": told.get("email"), **names}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Only what names the identity is kept."""
        return {"userinfo": {"sub": data["userinfo"]["sub"], "email": data["userinfo"].get("email", "")}}

    def get_oauth2_adapter(self, request: HttpRequest) -> "ProConnectAdapter":
        """The reader of its answers."""
        return ProConnectAdapter(request, self.app.provider_id)


class ProConnectAdapter(OpenIDConnectOAuth2Adapter):
    """Reads what the provider answers: two assertions signed by it, for us, about one person, in this session."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Under the public address of the portal."""
        return canonical(request.build_absolute_uri(reverse("proconnect_callback")))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """The sign-in that the assertions prove. Raises OAuth2Error otherwise."""
        config = self.openid_config
        if config.get("issuer") != settings.PROCONNECT_ISSUER:
            raise OAuth2Error("another issuer")
        with _Session() as session:
            keys = session.get(config["jwks_uri"]).json()["keys"]
            expected = Expected(settings.PROCONNECT_ISSUER, app.client_id, nonce=request.session.pop(NONCE, ""))
            identity = _read(str(kwargs["response"].get("id_token", "")), keys, expected)
            told = session.get(config["userinfo_endpoint"], headers={"Authorization": f"Bearer {token.token}"})
            told.raise_for_status()
        if not told.headers.get("content-type", "").startswith("application/jwt"):
            raise OAuth2Error("unsigned userinfo")
        expected = Expected(settings.PROCONNECT_ISSUER, app.client_id, subject=identity["sub"])
        person = _read(told.text.strip(), keys, expected, timeless=True)
        return self.get_provider().sociallogin_from_response(request, {"userinfo": person, "id_token": identity})


def _read(token: str, keys: Any, expected: Expected, *, timeless: bool = False) -> dict[str, Any]:
    try:
        return verified(token, keys, expected, timeless=timeless)
    except Untrusted as error:
        logger.warning("an assertion of the identity provider was refused: %s", error)
        raise OAuth2Error("untrusted assertion") from error


class SocialAdapter(DefaultSocialAccountAdapter):
    """Sign-in through a provider: never into an account that exists without its owner's consent."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """Ours, whose assertions are verified."""
        return ProConnectProvider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def get_requests_session(self) -> _Session:
        """Through the portal's only way out."""
        return _Session()

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """An identity not linked yet opens a new account, or is linked by the owner of the one that has its address."""
        if sociallogin.is_existing:
            return
        proved = {one.email.lower() for one in sociallogin.email_addresses if one.verified}
        if sociallogin.state.get("process") == "connect":
            if not request.user.is_authenticated or request.user.email.lower() not in proved:
                raise ImmediateHttpResponse(redirect("proconnect_other"))
            return
        address = str(sociallogin.user.email)
        if address and User.objects.filter(email__iexact=address).exists():
            raise ImmediateHttpResponse(_known(address, proved))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Back to the account, whose journal tells the link."""
        if socialaccount.pk and socialaccount.user_id == request.user.pk:
            owner = User.objects.get(pk=request.user.pk)
            operations.link_identity(owner, provider=settings.PROCONNECT_NAME, subject=socialaccount.uid)
        return resolve_url("account")


def _known(address: str, proved: set[str]) -> HttpResponse:
    """Who proved the address learns that it has an account; to anybody else, what a new account would answer."""
    if address.lower() in proved:
        return redirect("proconnect_known")
    operations.note_mail("account/email/account_already_exists", to=address, link=canonical(reverse("account_login")))
    return redirect("account_email_verification_sent")
