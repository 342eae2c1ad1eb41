"""Pages by which people join a legal entity, and by which its representative empowers a delegate."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from onboarding.vendors import operations, queries
from onboarding.vendors.forms import JoinAnswerForm, JoinForm, MandateForm
from onboarding.vendors.lifecycle import JoinMove, MandateMove
from onboarding.vendors.models import JoinRequest, Mandate
from portal.accounts.acting import acting
from portal.accounts.models import User
from portal.documents import operations as documents
from portal.documents.filetypes import SCANS
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.parties.models import LegalEntity
from portal.web.access import VENDOR, reads, writes
from portal.web.acting import posted, refusals_in, status_of

MINE = ("Mes organismes", "/rattachements/")


@writes(audience=VENDOR)
def join_new(request: HttpRequest) -> HttpResponse:
    """Ask to join an entity by its number; the answer never says whether the portal knows it."""
    form = JoinForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            made = operations.ask_to_join(data["identity"], role=data["role"], words=data["words"], by=acting(request))
            messages.success(request, f"Votre demande {made} est enregistrée.")
            return redirect("join", made.reference)
    context = {"form": form, "cancel": MINE[1], "breadcrumb": [MINE, ("Rejoindre un organisme", "")]}
    return render(request, "onboarding/vendors/join_new.html", context, status=status_of(form))


@reads(trace="Consultation de la demande d’adhésion {reference}")
def join(request: HttpRequest, reference: str) -> HttpResponse:
    """A request to join: where it stands for who asked, the two answers for who represents the entity."""
    return _join_page(request, _join(request, reference))


def _join_page(request: HttpRequest, found: JoinRequest, answer: JoinAnswerForm | None = None) -> HttpResponse:
    moves = registry.moves_open_to(request.user, found)
    is_mine = found.requester_id == request.user.pk
    known = queries.known_entity(found) if not is_mine or found.state == "accepted" else None
    context = {
        "join": found,
        "is_mine": is_mine,
        "entity": known,
        "answer": answer or JoinAnswerForm(initial={"role": found.role}),
        "may_answer": JoinMove.ACCEPT in moves and not is_mine,
        "may_withdraw": JoinMove.WITHDRAW in moves,
        "breadcrumb": [MINE, (f"Demande {found}", "")],
    }
    status = 422 if answer is not None else 200
    return render(request, "onboarding/vendors/join.html", context, status=status)


@writes(step_up=True, audience=VENDOR)
def join_accept(request: HttpRequest, reference: str) -> HttpResponse:
    """The legal representative lets the person in."""
    found = _join(request, reference)
    parties.refuse_early(request.user, JoinMove.ACCEPT, found)
    form = JoinAnswerForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.accept_join(found, role=form.cleaned_data["role"], by=acting(request))
            messages.success(request, f"{found.requester.full_name} fait maintenant partie de votre organisme.")
            return redirect("join", reference)
    return _join_page(request, found, form) if form.errors else redirect("join", reference)


@writes(audience=VENDOR)
def join_refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """The legal representative says no."""
    found = _join(request, reference)
    parties.refuse_early(request.user, JoinMove.REFUSE, found)
    if request.method == "POST":
        operations.refuse_join(found, by=acting(request))
        messages.success(request, f"La demande {found} est refusée.")
    return redirect("join", reference)


@writes(audience=VENDOR)
def join_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Who asked takes the request back."""
    found = _join(request, reference)
    parties.refuse_early(request.user, JoinMove.WITHDRAW, found)
    if request.method == "POST":
        operations.withdraw_join(found, by=acting(request))
        messages.success(request, f"La demande {found} est retirée.")
    return redirect("join", reference)


@reads(trace="Consultation des mandats de {reference}")
def mandates(request: HttpRequest, reference: str) -> HttpResponse:
    """The mandates that an entity recorded, and whether the agency lets a delegate sign."""
    entity = parties.entity_of(request.user, reference)
    context = {
        "entity": entity,
        "mandates": [(one, _may_end(request, one)) for one in queries.mandates_of(entity)],
        "may_sign": queries.delegates_may_sign(),
        "may_record": registry.may(request.user, MandateMove.RECORD, Mandate(legal_entity=entity)),
        "delegates": queries.delegates_of(entity),
        "breadcrumb": [*_below(entity), ("Mandats", "")],
    }
    return render(request, "onboarding/vendors/mandates.html", context)


def _may_end(request: HttpRequest, mandate: Mandate) -> bool:
    return MandateMove.END in registry.moves_open_to(request.user, mandate)


@writes(step_up=True, audience=VENDOR)
def mandate_new(request: HttpRequest, reference: str) -> HttpResponse:
    """The legal representative records a mandate."""
    entity = parties.entity_of(request.user, reference)
    parties.refuse_early(request.user, MandateMove.RECORD, Mandate(legal_entity=entity))
    form = MandateForm(posted(request), request.FILES or None, delegates=queries.delegates_of(entity))
    if form.is_valid():
        with refusals_in(form):
            made = _record(form, entity, by=acting(request))
            messages.success(request, f"Le mandat {made} de {made.delegate.full_name} est enregistré.")
            return redirect("mandates", reference)
    cancel = reverse("mandates", args=[reference])
    trail = [*_below(entity), ("Mandats", cancel), ("Enregistrer un mandat", "")]
    context = {"form": form, "entity": entity, "cancel": cancel, "breadcrumb": trail}
    return render(request, "onboarding/vendors/mandate_new.html", context, status=status_of(form))


def _record(form: MandateForm, entity: LegalEntity, *, by: User) -> Mandate:
    data = form.cleaned_data
    upload = data["piece"]
    piece = documents.deposit(upload.name, upload.read(), by=by, allowed=SCANS, field="piece", owner=entity)
    dates = {"first_date": data["first_date"], "last_date": data["last_date"]}
    return operations.record_mandate(entity, form.delegates[data["delegate"]], piece=piece, **dates, by=by)


@writes(step_up=True)
def mandate_end(request: HttpRequest, reference: str) -> HttpResponse:
    """The mandate stops, after a confirmation."""
    found = Mandate.objects.visible_to(request.user).filter(reference=reference).first()
    if found is None:
        raise Http404
    parties.refuse_early(request.user, MandateMove.END, found)
    back = reverse("mandates", args=[found.legal_entity.reference])
    if request.method == "POST":
        operations.end_mandate(found, by=acting(request))
        messages.success(request, f"Le mandat {found} a pris fin.")
        return redirect(back)
    trail = [*_below(found.legal_entity), ("Mandats", back), ("Mettre fin au mandat", "")]
    context = {"mandate": found, "cancel": back, "breadcrumb": trail}
    return render(request, "onboarding/vendors/mandate_end.html", context)


def _join(request: HttpRequest, reference: str) -> JoinRequest:
    rows = JoinRequest.objects.visible_to(request.user).select_related("requester", "decided_by")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _below(entity: LegalEntity) -> list[tuple[str, str]]:
    return [(entity.name, reverse("entity", args=[entity.reference]))]
