"""Publishing a version, signing it for a service."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from policy.grants import operations as grants
from policy.grants.models import Grant
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters
from portal.parties.models import DigitalService
from portal.web import wording

from . import effects, prose, queries
from .kinds import Act, Kind, Step
from .lifecycle import CallMove, DeliveryMove, SignatureMove, VersionMove
from .models import LegalText, LegalTextVersion, Signature, SignatureCall, TextDelivery


def publish_version(
    kind: Kind | str,
    *,
    title: str,
    body: str,
    commitments: str = "",
    summary: str = "",
    reason: str = "",
    sign_by_date: date | None = None,
    effective_date: date | None = None,
    act: Act | str = Act.SIGN,
    step: Step | str = Step.DEPOSIT,
    renews: bool = True,
    by: Any,
    at: datetime | None = None,
) -> LegalTextVersion:
    """A new version comes into force and can no longer change; those whom the former concerned are told, and why.

    `renews` says whether they must sign again, before `sign_by_date` (by setting when it is not given). With an
    `effective_date` to come, they are told now and asked from that day on; another version published meanwhile replaces
    it. Raises Refused for a blank title or text, or a date that is not to come.
    """
    version = LegalTextVersion(
        title=prose.tidy(title),
        body=prose.tidy(body),
        commitments=prose.tidy(commitments),
        summary=prose.tidy(summary),
        reason=prose.tidy(reason),
        act=Act(act),
        step=Step(step),
        renews=renews,
        effective_date=effective_date,
    )
    _check(version)
    at = at or timezone.now()
    with transaction.atomic():  # the version is frozen as soon as it is saved: what names it comes after
        _replace_announced(Kind(kind), by=by, at=at)
        if _published(version, Kind(kind), renews=renews, sign_by_date=sign_by_date, by=by, at=at):
            if not version.is_announced:
                _call(version, by=by, at=at)
            _tell(version, by=by, at=at)
    return version


def _replace_announced(kind: Kind, *, by: Any, at: datetime) -> None:
    """A version to come that another one overtakes never comes into force."""
    for former in LegalTextVersion.objects.announced().filter(text__kind=kind):
        with moving(former, VersionMove.REPLACE, by=by, at=at) as (current, event):
            event.note(title=current.title, number=current.number)


def _published(
    version: LegalTextVersion, kind: Kind, *, renews: bool, sign_by_date: date | None, by: Any, at: datetime
) -> bool:
    """Publishes, at once or for later; True when the version follows another one."""
    move = VersionMove.ANNOUNCE if _is_to_come(version, at) else VersionMove.PUBLISH
    with moving(version, move, by=by, at=at) as (current, event):
        current.text, _ = LegalText.objects.get_or_create(kind=kind)
        former = queries.version_of(kind)
        current.number = queries.last_number(kind) + 1
        current.renews = renews or former is None
        current.sha256 = prose.digest(current.canonical)
        current.published_at = event.at
        current.sign_by_date = _sign_by(current, sign_by_date, event.at) if former else None
        act = Act(current.act).label.lower()
        effective = wording.short_day(current.effective_date) if current.effective_date else ""
        event.note(title=current.title, number=current.number, act=act, sha256=current.sha256, effective=effective)
        enqueue(effects.issue_text, event=event, kind=kind.value, number=current.number)
    return former is not None


def _is_to_come(version: LegalTextVersion, at: datetime) -> bool:
    """Whether it waits for its date. Raises Refused for a date that is past."""
    today = paris_date(at)
    if version.effective_date and version.effective_date < today:
        raise Refused("La date d’entrée en vigueur est passée.", field="effective_date")
    return version.effective_date is not None and version.effective_date > today


def _sign_by(version: LegalTextVersion, wished: date | None, at: datetime) -> date | None:
    """The last day to sign, counted from the day it takes effect; None for a version that asks for no new signature."""
    if not version.renews or version.act == Act.NONE:
        return None
    start = max(version.effective_date or paris_date(at), paris_date(at))
    if wished and wished <= start:
        until = "à demain" if start == paris_date(at) else f"au lendemain du {wording.short_day(start)}"
        raise Refused(f"Laissez au moins jusqu’{until} pour signer.", field="sign_by_date")
    return wished or start + timedelta(days=parameters.integer("texts.signing_days", at=at))


def take_effect(version: LegalTextVersion, *, at: datetime) -> None:
    """The clock: the day of an announced version has come. From now on it is the text in force, and is to be signed."""
    with transaction.atomic():
        with moving(version, VersionMove.TAKE_EFFECT, by=None, at=at) as (current, event):
            event.note(title=current.title, number=current.number)
            for delivery in current.deliveries.order_by("pk"):
                enqueue(effects.announce_version, event=event, delivery_id=delivery.pk)
        if version.number > 1:
            _call(version, by=None, at=at)
            _tell(version, by=None, at=at)


def _call(version: LegalTextVersion, *, by: Any, at: datetime) -> None:
    """Former calls are without object; each service concerned is called to sign."""
    for former in SignatureCall.objects.open().filter(text_version__text=version.text_id).select_related(*CALLED):
        with moving(former, CallMove.LAPSE, by=by, at=at) as (current, event):
            current.settled_at = event.at
            event.note(**_words(former))
    if version.sign_by_date is None:
        return
    for service in queries.services_concerned(version):
        made = SignatureCall(
            text_version=version, service=service, legal_entity=service.owner, due_date=version.sign_by_date
        )
        with moving(made, CallMove.CALL, by=by, at=at) as (current, event):
            current.called_at = event.at
            event.note(**_words(made))


CALLED = ("text_version__text", "service", "legal_entity")


def _words(call: SignatureCall) -> dict[str, str]:
    """What the sentences of the journal say of a call."""
    return {
        "text": str(call.text_version),
        "service": call.service.name,
        "entity": call.legal_entity.name,
        "due": wording.short_day(call.due_date),
    }


def _tell(version: LegalTextVersion, *, by: Any, at: datetime) -> None:
    """Keeps who is told, and has each written to; those who were told already are not told again."""
    told = set(version.deliveries.values_list("legal_entity_id", flat=True))
    for entity in [one for one in queries.entities_concerned(version) if one.pk not in told]:
        made = TextDelivery(text_version=version, legal_entity=entity)
        with moving(made, DeliveryMove.TELL, by=by, at=at) as (current, event):
            current.reference = next_reference("IN", event.at)
            current.told_at = event.at
            save(current)  # before its effect, which names it
            event.note(text=str(version), entity=entity.name)
            enqueue(effects.announce_version, event=event, delivery_id=current.pk)


def remind(call: SignatureCall, days: int, *, at: datetime) -> None:
    """The clock reminds a legal entity that a signature is due in `days` days."""
    with moving(call, CallMove.REMIND, by=None, at=at) as (current, event):
        current.reminded_days = [*current.reminded_days, days]
        event.note(**_words(call))
        enqueue(effects.remind_signature, event=event, call_id=current.pk)


def escalate(calls: Sequence[SignatureCall], *, at: datetime) -> None:
    """The clock tells the agency, in one mail, of the calls to sign one version whose date is past. Nothing is cut."""
    with transaction.atomic():
        for rank, call in enumerate(calls, start=1):
            with moving(call, CallMove.ESCALATE, by=None, at=at) as (_, event):
                event.note(**_words(call))
                if rank == len(calls):
                    enqueue(effects.tell_agency, event=event, version_id=call.text_version_id)


def _check(version: LegalTextVersion) -> None:
    if not version.title:
        raise Refused("Donnez un titre à cette version.", field="title")
    if not version.body:
        raise Refused("Saisissez le texte de cette version.", field="body")


def sign(
    version: LegalTextVersion,
    service: DigitalService,
    *,
    by: Any,
    at: datetime | None = None,
    sha256: str | None = None,
) -> Signature:
    """The legal representative of the service's owner signs a version, or acknowledges it where that is the act asked.

    `sha256` is the digest of the text that he was shown. Raises Refused when it is no longer the text in force, when
    the version asks for no act, or when it is already signed for the service.
    """
    _check_signable(version, service, sha256)
    made = Signature(
        text_version=version,
        legal_entity_id=service.owner_id,
        service=service,
        signer=by,
        signer_name=by.full_name,
        entity_name=service.owner.name,
        service_name=service.name,
        sha256=version.sha256,
    )
    with moving(made, SignatureMove.SIGN, by=by, at=at) as (current, event):
        current.reference = next_reference("SG", event.at)
        current.signed_at = event.at
        event.note(text=version, entity=made.entity_name, service=service.name, sha256=version.sha256)
        _record_on_grants(current, by=by)
        _fulfil(current, by=by)
        enqueue(effects.issue_signed_text, event=event, reference=current.reference)
    return made


def _check_signable(version: LegalTextVersion, service: DigitalService, sha256: str | None) -> None:
    if version.is_announced and version.effective_date:
        day = wording.day(version.effective_date)
        raise Refused(f"Ce texte entre en vigueur le {day} : il se signe à partir de ce jour.")
    latest = queries.version_of(version.kind)
    if latest is None or latest.pk != version.pk or (sha256 is not None and sha256 != version.sha256):
        raise Refused(
            "Ce texte a changé depuis que vous l’avez ouvert : relisez la version en vigueur avant de signer."
        )
    if version.act == Act.NONE:
        raise Refused("Ce texte est donné pour information : il ne se signe pas.")
    if Signature.objects.filter(text_version=version, service=service, legal_entity=service.owner_id).exists():
        raise Refused("Ce texte est déjà signé pour ce service.")


def _record_on_grants(signature: Signature, *, by: Any) -> None:
    """A right that exists already learns that its charter is signed; a later one is told by the committee."""
    kind = signature.text_version.kind
    if kind not in {Kind.FEEDING_CHARTER, Kind.CONSUMPTION_CHARTER}:
        return
    living = Grant.objects.living().filter(service_id=signature.service_id, direction__in=sorted(kind.directions))
    for grant in living:
        grants.record_charter(grant, signed_at=signature.signed_at, by=by, at=signature.signed_at)


def _fulfil(signature: Signature, *, by: Any) -> None:
    """The call that asked for this signature is answered."""
    calls = SignatureCall.objects.open().filter(text_version=signature.text_version_id, service=signature.service_id)
    for call in calls.select_related(*CALLED):
        with moving(call, CallMove.FULFIL, by=by, at=signature.signed_at) as (current, event):
            current.settled_at = event.at
            event.note(**_words(call))
