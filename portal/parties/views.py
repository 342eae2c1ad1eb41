"""Pages of a legal entity: who belongs to it, who is invited, where it is reached."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.accounts.acting import acting
from portal.lifecycle import registry
from portal.web.access import reads, writes
from portal.web.acting import posted, refusals_in, status_of

from . import access, operations, queries
from .forms import ConfirmationForm, DepartureForm, DismissalForm, EntityForm, InvitationForm
from .lifecycle import EntityMove, InvitationMove, ServiceMove
from .models import DigitalService, Invitation, LegalEntity
from .roles import PURPOSES, MembershipRole

CONFIRMED = "confirme"


@reads(trace="Consultation de la personne morale {reference}")
def entity(request: HttpRequest, reference: str) -> HttpResponse:
    """A legal entity: its identity, members, pending invitations and services."""
    found = access.entity_of(request.user, reference)
    moves = registry.moves_open_to(request.user, found)
    people = queries.members(found)
    contacts = queries.contacts(found, people)
    context = {
        "entity": found,
        "members": people,
        "contacts": contacts,
        "reachable": sum(contact.is_reachable for contact in contacts),
        "invitations": list(found.invitations.open().order_by("-sent_at")),
        "now": timezone.now(),
        "services": list(found.services.order_by("name")),
        "may_amend": EntityMove.AMEND in moves,
        "may_dismiss": EntityMove.DISMISS in moves,
        "may_hand_over": EntityMove.HAND_OVER in moves,
        "may_invite": registry.may(request.user, InvitationMove.INVITE, Invitation(legal_entity=found)),
        "may_open_service": registry.may(request.user, ServiceMove.OPEN, DigitalService(owner=found)),
        "breadcrumb": [(found.name, "")],
    }
    return render(request, "portal/parties/entity.html", context)


@writes
def entity_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change where the entity is reached."""
    found = access.entity_of(request.user, reference)
    access.refuse_early(request.user, EntityMove.AMEND, found)
    initial = {"address": found.address, "postcode": found.postcode, "city": found.city, "mailbox": found.mailbox}
    form = EntityForm(posted(request), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            operations.amend_entity(found, **form.cleaned_data, by=acting(request))
            messages.success(request, "Les coordonnées sont enregistrées.")
            return redirect("entity", reference)
    return _form_page(request, "portal/parties/entity_edit.html", form, found, "Modifier les coordonnées")


@writes(step_up=True)
def entity_invite(request: HttpRequest, reference: str) -> HttpResponse:
    """Invite a colleague by mail."""
    found = access.entity_of(request.user, reference)
    access.refuse_early(request.user, InvitationMove.INVITE, Invitation(legal_entity=found))
    form = InvitationForm(posted(request), initial={"email": request.GET.get("email", "")})
    if form.is_valid():
        with refusals_in(form):
            invitation = operations.invite(found, **form.cleaned_data, by=acting(request))
            messages.success(request, f"L’invitation part à {invitation.email} ; elle vaut 72 heures.")
            return redirect("entity", reference)
    return _form_page(request, "portal/parties/entity_invite.html", form, found, "Inviter une personne")


@require_POST
@writes(step_up=True)
def entity_dismiss(request: HttpRequest, reference: str) -> HttpResponse:
    """End a role: the entity's page names it, this one asks for a confirmation. No address holds a name."""
    found = access.entity_of(request.user, reference)
    access.refuse_early(request.user, EntityMove.DISMISS, found)
    form = DismissalForm(request.POST)
    held = access.membership_of(found, form["email"].value() or "", form["role"].value() or "")
    if form.is_valid() and CONFIRMED in request.POST:
        with refusals_in(form):
            operations.dismiss(found, held.user, held.role, by=acting(request))
            messages.success(request, f"Le rôle de {held.user.full_name} a pris fin.")
            still_in = LegalEntity.objects.visible_to(request.user).filter(pk=found.pk).exists()
            return redirect("entity", reference) if still_in else redirect("home")
    extra = {"person": held.user, "role": MembershipRole(held.role), "confirmed": CONFIRMED}
    return _form_page(request, "portal/parties/entity_dismiss.html", form, found, "Mettre fin à un rôle", extra)


@writes(step_up=True)
def entity_hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody leaves: all his roles end at once, a colleague takes them over."""
    found = access.entity_of(request.user, reference)
    access.refuse_early(request.user, EntityMove.HAND_OVER, found)
    people = [member.user for member in queries.members(found)]
    form = DepartureForm(posted(request), people=people, initial={"leaver": request.GET.get("personne", "")})
    if form.is_valid():
        leaver, successor = form.chosen
        with refusals_in(form):
            operations.hand_over(found, leaver, successor=successor, by=acting(request))
            messages.success(request, f"Le départ de {leaver.full_name} est enregistré.")
            return redirect("entity", reference) if leaver != request.user else redirect("home")
    return _form_page(request, "portal/parties/entity_hand_over.html", form, found, "Organiser un départ")


@writes
def mailbox_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody of the entity reads its generic mailbox: the link only shows it, a press of the button confirms it."""
    said = queries.of_mailbox_token(token)
    found = LegalEntity.objects.visible_to(request.user).filter(reference=said[0]).first() if said else None
    if said is None or found is None:
        raise Http404
    access.refuse_early(request.user, EntityMove.CONFIRM_MAILBOX, found)
    form = ConfirmationForm(posted(request))
    if request.method == "POST":
        form.is_valid()
        with refusals_in(form):
            operations.confirm_mailbox(found, said[1], by=acting(request))
            messages.success(request, f"La boîte {said[1]} est confirmée.")
            return redirect("entity", found.reference)
    template, extra = "portal/parties/mailbox_confirm.html", {"mailbox": said[1]}
    return _form_page(request, template, form, found, "Confirmer la boîte générique", extra)


@reads
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do, read in the tables that decide it."""
    told = [(role, PURPOSES[role], _allowed(role)) for role in MembershipRole]
    return render(request, "portal/parties/roles.html", {"roles": told, "breadcrumb": [("Rôles", "")]})


def _allowed(role: MembershipRole) -> list[tuple[str, list[str]]]:
    """For each subject, the acts that the role may make: (title, labels)."""
    found = []
    for entry in registry.entries():
        labels = [edge.label for edge in entry.lifecycle.moves.values() if role in edge.by]
        if labels:
            found.append((entry.lifecycle.title.removeprefix("La ").removeprefix("L’").capitalize(), labels))
    return found


@writes(step_up=True)
def invitation_resend(request: HttpRequest, reference: str) -> HttpResponse:
    """Send another link, after a confirmation."""
    found = access.invitation_of(request.user, reference)
    access.refuse_early(request.user, InvitationMove.RESEND, found)
    form = ConfirmationForm(posted(request))
    if request.method == "POST":
        form.is_valid()
        with refusals_in(form):
            operations.resend_invitation(found, by=acting(request))
            messages.success(request, f"Un nouveau lien part à {found.email} ; il vaut 72 heures.")
            return redirect("entity", found.legal_entity.reference)
    template, extra = "portal/parties/invitation_resend.html", {"invitation": found}
    return _form_page(request, template, form, found.legal_entity, "Renvoyer une invitation", extra)


@writes
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: the link only shows it, a press of the button accepts it."""
    found = queries.of_token(token)
    if found is None:
        raise Http404
    form = ConfirmationForm(posted(request))
    if request.method == "POST":
        form.is_valid()
        with refusals_in(form):
            operations.accept_invitation(found, by=acting(request))
            messages.success(request, f"Vous avez rejoint {found.legal_entity.name}.")
            return redirect("entity", found.legal_entity.reference)
    context = {
        "invitation": found,
        "form": form,
        "is_usable": found.is_usable(timezone.now()),
        "refusal": registry.of(Invitation).refusal(request.user, InvitationMove.ACCEPT, found),
        "breadcrumb": [("Invitation", "")],
    }
    return render(request, "portal/parties/invitation.html", context, status=status_of(form))


@writes
def invitation_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw an invitation, after a confirmation."""
    found = access.invitation_of(request.user, reference)
    access.refuse_early(request.user, InvitationMove.WITHDRAW, found)
    form = ConfirmationForm(posted(request))
    if request.method == "POST":
        form.is_valid()
        with refusals_in(form):
            operations.withdraw_invitation(found, by=acting(request))
            messages.success(request, f"L’invitation de {found.email} est annulée.")
            return redirect("entity", found.legal_entity.reference)
    extra = {"invitation": found}
    template = "portal/parties/invitation_withdraw.html"
    return _form_page(request, template, form, found.legal_entity, "Annuler une invitation", extra)


def _form_page(
    request: HttpRequest, template: str, form: Any, found: LegalEntity, title: str, extra: dict[str, Any] | None = None
) -> HttpResponse:
    url = reverse("entity", args=[found.reference])
    context = {"form": form, "entity": found, "cancel": url, "breadcrumb": [(found.name, url), (title, "")]}
    return render(request, template, context | (extra or {}), status=status_of(form))
