"""Mails about accounts, once the change that causes them is committed."""

from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect

from . import wording
from .models import RoleProposal, User
from .roles import StaffRole

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


@effect(queue=Queue.MAIL)
def announce_role(message: Delivery, *, proposal_id: int) -> None:
    """Tells the administrators who may confirm a proposed role that it waits for one of them."""
    proposal = RoleProposal.objects.select_related("user", "proposed_by").get(pk=proposal_id)
    concerned = proposal.user.own_accounts | proposal.proposed_by.own_accounts
    others = User.objects.holding(StaffRole.ADMINISTRATOR).exclude(pk__in=concerned).order_by("pk")
    if to := list(others.values_list("email", flat=True)):
        context = {"proposal": proposal, "path": reverse("role_proposal", args=[proposal.reference])}
        mail.queue(
            "portal/accounts/mails/role",
            to=to,
            context=context,
            message=message,
            subject_reference=proposal.reference,
        )


@effect(queue=Queue.MAIL)
def announce_tie(message: Delivery, *, user_id: int) -> None:
    """Tells the administrators who may confirm a proposed tie; nobody when it was decided meanwhile."""
    account = User.objects.select_related("tie_to", "tie_proposed_by").get(pk=user_id)
    if account.tie_to is None or account.tie_proposed_by is None:
        return
    concerned = account.own_accounts | account.tie_to.own_accounts | account.tie_proposed_by.own_accounts
    others = User.objects.holding(StaffRole.ADMINISTRATOR).exclude(pk__in=concerned).order_by("pk")
    if to := list(others.values_list("email", flat=True)):
        context = {"account": account, "path": reverse("account_sheet", args=[account.handle])}
        mail.queue("portal/accounts/mails/tie", to=to, context=context, message=message)


@effect(queue=Queue.MAIL)
def announce_act(message: Delivery, *, act: str, user_id: int, by_id: int, role: str) -> None:
    """Tells the person concerned and every administrator, put out or not, what one of them did with an account."""
    account, actor = User.objects.get(pk=user_id), User.objects.get(pk=by_id)
    others = User.objects.holding(StaffRole.ADMINISTRATOR).exclude(pk=account.pk).order_by("pk")
    context = {"account": account, "actor": actor, "role": role, "act": wording.ACTS[act]}
    to = [account.email, *others.values_list("email", flat=True)]
    mail.queue("portal/accounts/mails/act", to=to, context=context, message=message)
