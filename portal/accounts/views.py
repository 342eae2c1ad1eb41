"""One's own account, « Comptes et rôles » of administrators, the first administrator."""

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import urlencode

from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.web.access import STAFF, entrance, public, reads, writes
from portal.web.acting import refusals_in

from . import operations, queries
from .adapter import ProConnectAdapter
from .forms import AccountForm, FirstAdministratorForm, LonelyRoleForm, OtherAccountForm, RoleForm, SearchForm
from .lifecycle import AccountMove, RoleMove
from .models import RoleProposal, StaffAssignment, User
from .roles import StaffRole

PER_PAGE = 50
PROVIDER = "proconnect"  # the name of its settings, of its addresses and of its accounts
LIST = ("Comptes et rôles", "/comptes/")


@reads
def own_account(request: HttpRequest) -> HttpResponse:
    """Who I am here, my roles, and how I sign in."""
    user: Any = request.user
    context = {
        "breadcrumb": [("Mon compte", "")],
        "roles": queries.held_by(user),
        "provider": settings.PROCONNECT_NAME if settings.PROCONNECT_CLIENT_ID else "",
        "identity": SocialAccount.objects.filter(user=user).first(),
        "factors": Authenticator.objects.filter(user=user).order_by("type", "created_at"),
    }
    return render(request, "portal/accounts/own_account.html", context)


@reads(audience=STAFF)
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account, with its roles; agents first when asked."""
    _administrators_only(request)
    search = SearchForm(request.GET)
    search.is_valid()
    found = queries.accounts(
        search=search.cleaned_data.get("recherche", ""), staff_only=search.cleaned_data.get("agents", False)
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = urlencode({name: str(value) for name, value in request.GET.items() if name != "page"})
    context = {
        "breadcrumb": [(LIST[0], "")],
        "page": page,
        "query": query,
        "search": search,
        "waiting": queries.proposals_waiting(),
        "ties": queries.ties_waiting(),
    }
    return render(request, "portal/accounts/accounts.html", context)


@writes(step_up=True, audience=STAFF)
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account to a colleague, who chooses the password from a mail."""
    _administrators_only(request)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            user = operations.create_user(**form.cleaned_data, by=_actor(request))
            messages.success(request, f"Compte ouvert : un message part à {user.email}. Donnez-lui maintenant un rôle.")
            return redirect("account_sheet", user.handle)
    context = {"form": form, "breadcrumb": [LIST, ("Ouvrir un compte", "")]}
    return render(request, "portal/accounts/open_account.html", context)


@reads(audience=STAFF)
def account_sheet(request: HttpRequest, handle: UUID) -> HttpResponse:
    """One account: its roles, and what may be done with it."""
    _administrators_only(request)
    account = _account(handle)
    context = {
        "account": account,
        "roles": queries.held_by(account),
        "moves": registry.moves_open_to(request.user, account),
        "may_give": account.is_active and account != request.user,
        "waiting": queries.proposals_waiting().filter(user=account),
        "others": queries.other_accounts(account),
        "tie_refusal": registry.of(User).refusal(request.user, AccountMove.TIE, account),
        "breadcrumb": [LIST, (account.full_name, "")],
    }
    return render(request, "portal/accounts/account_sheet.html", context)


@writes(step_up=True, audience=STAFF)
def assign_role(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Propose a role to a second administrator; the only one gives it himself and writes why."""
    _administrators_only(request)
    account, by = _account(handle), _actor(request)
    if not account.is_active or account == by:
        raise Http404
    alone = queries.is_alone(by)
    form = (LonelyRoleForm if alone else RoleForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        give: Any = operations.give_role_alone if alone else operations.propose_role
        with refusals_in(form):
            made = give(account, by=by, **form.cleaned_data | {"role": StaffRole(form.cleaned_data["role"])})
            messages.success(request, _given(made))
            return redirect("account_sheet", account.handle)
    edge = registry.of(RoleProposal).edge(RoleMove.GIVE_ALONE if alone else RoleMove.PROPOSE)
    context = {"form": form, "account": account, "alone": alone, "breadcrumb": _below(account, edge.label)}
    return render(request, "portal/accounts/assign_role.html", context | {"label": edge.label})


def _given(made: RoleProposal) -> str:
    person = made.user.full_name
    if made.alone_because:
        return f"Rôle attribué à {person} : {made.title}."
    return f"Rôle proposé pour {person} : {made.title}. Il ne vaudra qu’une fois confirmé par un autre administrateur."


@reads(audience=STAFF)
def role_proposal(request: HttpRequest, reference: str) -> HttpResponse:
    """One proposed role: for whom, by whom, who may confirm it."""
    proposal = _proposal(request, reference)
    context = {
        "proposal": proposal,
        "moves": registry.moves_open_to(request.user, proposal),
        "refusal": registry.of(RoleProposal).refusal(request.user, RoleMove.CONFIRM, proposal),
        "breadcrumb": _below(proposal.user, f"Rôle proposé {proposal}"),
    }
    return render(request, "portal/accounts/role_proposal.html", context)


@writes(step_up=True, audience=STAFF)
def confirm_role(request: HttpRequest, reference: str) -> HttpResponse:
    """A second administrator confirms a proposed role, after a confirmation."""
    proposal = _proposal_for(request, reference, RoleMove.CONFIRM)
    person = proposal.user
    if request.method == "POST":
        operations.confirm_role(proposal, by=_actor(request))
        messages.success(request, f"Rôle attribué à {person.full_name} : {proposal.title}.")
        return redirect("account_sheet", person.handle)
    question = f"Confirmer pour {person.full_name} le rôle « {proposal.title} » ?"
    consequence = "Le rôle vaut aussitôt. Un second facteur sera demandé à cette personne avant toute autre page."
    return _ask(request, person, question, "Confirmer le rôle", consequence)


@writes(step_up=True, audience=STAFF)
def reject_role(request: HttpRequest, reference: str) -> HttpResponse:
    """Set a proposed role aside, after a confirmation."""
    proposal = _proposal_for(request, reference, RoleMove.REJECT)
    person = proposal.user
    if request.method == "POST":
        operations.reject_role(proposal, by=_actor(request))
        messages.success(request, f"Rôle écarté pour {person.full_name} : {proposal.title}.")
        return redirect("account_sheet", person.handle)
    question = f"Écarter le rôle « {proposal.title} » proposé pour {person.full_name} ?"
    return _ask(request, person, question, "Écarter le rôle", "Cette personne ne le reçoit pas. Le journal le garde.")


@writes(step_up=True, audience=STAFF)
def withdraw_role(request: HttpRequest, handle: UUID, role: str) -> HttpResponse:
    """Withdraw a role, after a confirmation; a regional one is named with its region: `regional_authority-11`."""
    account = _account_for(request, handle, AccountMove.WITHDRAW)
    name, _, region = role.partition("-")
    assignment = get_object_or_404(StaffAssignment, user=account, role=name, region=region, until=None)
    if request.method == "POST":
        operations.withdraw_role(assignment, by=_actor(request))
        messages.success(request, f"Rôle retiré à {account.full_name} : {assignment.title}.")
        return redirect("account_sheet", account.handle)
    question = f"Retirer à {account.full_name} le rôle « {assignment.title} » ?"
    return _ask(request, account, question, "Retirer le rôle", "Ce qui a été fait sous ce rôle reste valable et tracé.")


@writes(step_up=True, audience=STAFF)
def tie_accounts(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Propose that another account is the same person's; a second administrator confirms it."""
    account = _account_for(request, handle, AccountMove.PROPOSE_TIE)
    form = OtherAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        other = User.objects.filter(email__iexact=form.cleaned_data["email"]).first()
        if other is None:
            form.add_error("email", "Aucun compte n’a cette adresse.")
        else:
            with refusals_in(form):
                operations.propose_tie(account, other, by=_actor(request))
                messages.success(
                    request, f"{account.full_name} et {other.full_name} : un autre administrateur confirme."
                )
                return redirect("account_sheet", account.handle)
    context = {"form": form, "account": account, "breadcrumb": _below(account, "Même personne")}
    return render(request, "portal/accounts/tie_accounts.html", context)


@writes(step_up=True, audience=STAFF)
def confirm_tie(request: HttpRequest, handle: UUID) -> HttpResponse:
    """A second administrator confirms that two accounts are one person's."""
    account, other = _tie_for(request, handle, AccountMove.TIE)
    if request.method == "POST":
        operations.confirm_tie(account, by=_actor(request))
        messages.success(request, f"{account.full_name} et {other.full_name} : une même personne.")
        return redirect("account_sheet", account.handle)
    question = f"{account.email} et {other.email} : une même personne ?"
    consequence = "Aucun des deux n’approuvera plus ce que l’autre a proposé. Cela ne se défait pas."
    return _ask(request, account, question, "Confirmer la même personne", consequence)


@writes(step_up=True, audience=STAFF)
def drop_tie(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Set a proposed tie aside."""
    account, other = _tie_for(request, handle, AccountMove.DROP_TIE)
    if request.method == "POST":
        operations.drop_tie(account, by=_actor(request))
        messages.success(request, f"{account.full_name} et {other.full_name} restent deux personnes.")
        return redirect("account_sheet", account.handle)
    question = f"Écarter que {account.email} et {other.email} soient une même personne ?"
    return _ask(request, account, question, "Écarter la même personne", "Rien ne change. Le journal le garde.")


@writes(step_up=True, audience=STAFF)
def close_account(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Close an account, after a confirmation."""
    account = _account_for(request, handle, AccountMove.CLOSE)
    if request.method == "POST":
        operations.close_account(account, by=_actor(request))
        messages.success(request, f"Compte fermé : {account.full_name}.")
        return redirect("account_sheet", account.handle)
    consequence = (
        "Cette personne ne pourra plus se connecter ; ses sessions ouvertes s’arrêtent et ses rôles à l’agence "
        "prennent fin : ils ne reviennent qu’à deux, par proposition. L’historique est conservé."
    )
    return _ask(request, account, f"Fermer le compte de {account.full_name} ?", "Fermer le compte", consequence)


@writes(step_up=True, audience=STAFF)
def reopen_account(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Reopen an account, after a confirmation."""
    account = _account_for(request, handle, AccountMove.REOPEN)
    if request.method == "POST":
        operations.reopen_account(account, by=_actor(request))
        messages.success(request, f"Compte rouvert : {account.full_name}.")
        return redirect("account_sheet", account.handle)
    consequence = "Cette personne pourra de nouveau se connecter, sans rôle à l’agence : chacun se propose à nouveau."
    return _ask(request, account, f"Rouvrir le compte de {account.full_name} ?", "Rouvrir le compte", consequence)


@entrance
def proconnect_login(request: HttpRequest) -> HttpResponse:
    """Leave for the provider, from our button only."""
    if not settings.PROCONNECT_CLIENT_ID:
        raise Http404
    if request.method != "POST":
        return redirect("account_login")
    return OAuth2LoginView.adapter_view(ProConnectAdapter(request, PROVIDER))(request)


@entrance
def proconnect_callback(request: HttpRequest) -> HttpResponse:
    """Come back from the provider."""
    if not settings.PROCONNECT_CLIENT_ID:
        raise Http404
    return OAuth2CallbackView.adapter_view(ProConnectAdapter(request, PROVIDER))(request)


@reads
def proconnect_again(request: HttpRequest) -> HttpResponse:
    """The step before a sensitive act, for who has neither password nor second factor: sign in again."""
    if not settings.PROCONNECT_CLIENT_ID:
        raise Http404
    back = urlencode({"next": get_next_redirect_url(request) or resolve_url("account")})
    return render(request, "portal/accounts/proconnect_again.html", {"name": settings.PROCONNECT_NAME, "back": back})


@public
def proconnect_cancelled(request: HttpRequest) -> HttpResponse:
    """The person gave up at the provider: back to the sign-in page."""
    return redirect("account_login")


@public
def proconnect_known(request: HttpRequest) -> HttpResponse:
    """The address of the identity has an account: its owner links the two himself."""
    return render(request, "portal/accounts/proconnect_known.html", {"name": settings.PROCONNECT_NAME})


@reads
def proconnect_other(request: HttpRequest) -> HttpResponse:
    """The identity has another address than the account, or one that nobody verified: they are not linked."""
    return render(request, "portal/accounts/proconnect_other.html", {"name": settings.PROCONNECT_NAME})


@writes(step_up=True)
def proconnect_unlink(request: HttpRequest) -> HttpResponse:
    """Take the link away, after a confirmation."""
    mine = User.objects.get(pk=_actor(request).pk)
    if request.method == "POST":
        operations.unlink_identity(mine, provider=settings.PROCONNECT_NAME, by=mine)
        messages.success(request, f"{settings.PROCONNECT_NAME} est détaché de votre compte.")
        return redirect("account")
    context = {"name": settings.PROCONNECT_NAME, "breadcrumb": [("Mon compte", "/compte/"), ("Détacher", "")]}
    return render(request, "portal/accounts/proconnect_unlink.html", context)


@entrance
def first_administrator(request: HttpRequest) -> HttpResponse:
    """Create the administrator of a portal that has none; the page disappears with the first one."""
    if not queries.first_administrator_missing():
        raise Http404
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("code", "email", "first_name", "last_name")}
        with refusals_in(form):
            user = operations.create_first_administrator(**given, password=form.cleaned_data["password1"])
            login(request, user, backend="portal.accounts.authentication.Backend")
            record_authentication(request, user, "password", reauthenticated=True)
            return redirect("mfa_index")
    return render(request, "portal/accounts/first_administrator.html", {"form": form})


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _administrators_only(request: HttpRequest) -> None:
    """To other agents the page does not exist."""
    if StaffRole.ADMINISTRATOR not in _actor(request).staff_roles:
        raise Http404


def _account(handle: UUID) -> User:
    return get_object_or_404(User, handle=handle)


def _account_for(request: HttpRequest, handle: UUID, move: AccountMove) -> User:
    """The account, once it is known that the person may make the move; NotPermitted is said by the operation."""
    _administrators_only(request)
    account = _account(handle)
    if move not in registry.moves_open_to(request.user, account):
        raise Http404
    return account


def _tie_for(request: HttpRequest, handle: UUID, move: AccountMove) -> tuple[User, User]:
    """The account and the one proposed as the same person's; to who may not decide it the page does not exist."""
    account = _account_for(request, handle, move)
    if account.tie_to is None:
        raise Http404
    return account, account.tie_to


def _proposal(request: HttpRequest, reference: str) -> RoleProposal:
    _administrators_only(request)
    found = RoleProposal.objects.select_related("user", "proposed_by", "decided_by")
    return get_object_or_404(found, reference=reference)


def _proposal_for(request: HttpRequest, reference: str, move: RoleMove) -> RoleProposal:
    """The proposal, while it waits; NotPermitted is said to who may not decide it."""
    proposal = _proposal(request, reference)
    entry = registry.of(RoleProposal)
    if not entry.edge(move).leaves(proposal.state):
        raise Http404
    if sentence := entry.refusal(request.user, move, proposal):
        raise NotPermitted(sentence)
    return proposal


def _below(account: User, title: str) -> list[tuple[str, str]]:
    return [LIST, (account.full_name, f"/comptes/{account.handle}/"), (title, "")]


def _ask(request: HttpRequest, account: User, question: str, label: str, consequence: str) -> HttpResponse:
    context = {
        "account": account,
        "question": question,
        "label": label,
        "consequence": consequence,
        "breadcrumb": _below(account, label),
    }
    return render(request, "portal/accounts/confirm.html", context)
