"""Mails about accounts, once the change that causes them is committed."""

from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect

from . import wording
from .models import User

TEMPLATE = "portal/accounts/mails/account"


@effect(queue=Queue.MAIL)
def send_account_mail(message: Delivery, *, prefix: str, to: str, link: str) -> None:
    """Queue a mail of the account library; `link` is the address behind its button, empty when it has none."""
    said = wording.of(prefix)
    context = {"wording": said, "link": link}
    mail.queue(TEMPLATE, to=[to], context=context, message=message)


@effect(queue=Queue.MAIL)
def welcome(message: Delivery, *, user_id: int) -> None:
    """Queue the mail by which somebody whose account was opened chooses a password; the link counts from now."""
    user = User.objects.get(pk=user_id)
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    send_account_mail(
        message,
        prefix="account/email/welcome",
        to=user.email,
        link=urljoin(settings.PUBLIC_URL, path),
    )
