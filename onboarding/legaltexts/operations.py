"""Publishing a version, signing it for a service."""

from datetime import datetime
from typing import Any

from policy.grants import operations as grants
from policy.grants.models import Grant
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.parties.models import DigitalService

from . import effects, prose, queries
from .kinds import Act, Kind, Step
from .lifecycle import SignatureMove, VersionMove
from .models import LegalText, LegalTextVersion, Signature


def publish_version(
    kind: Kind | str,
    *,
    title: str,
    body: str,
    commitments: str = "",
    summary: str = "",
    act: Act | str = Act.SIGN,
    step: Step | str = Step.DEPOSIT,
    renews: bool = True,
    by: Any,
    at: datetime | None = None,
) -> LegalTextVersion:
    """A new version comes into force and can no longer change; those who signed the former are told.

    `renews` says whether they must sign again. Raises Refused for a blank title or text.
    """
    version = LegalTextVersion(
        title=prose.tidy(title),
        body=prose.tidy(body),
        commitments=prose.tidy(commitments),
        summary=prose.tidy(summary),
        act=Act(act),
        step=Step(step),
        renews=renews,
    )
    _check(version)
    with moving(version, VersionMove.PUBLISH, by=by, at=at) as (current, event):
        current.text, _ = LegalText.objects.get_or_create(kind=Kind(kind))
        former = queries.version_of(Kind(kind))
        current.number = former.number + 1 if former else 1
        current.renews = renews or former is None
        current.sha256 = prose.digest(current.canonical)
        current.published_at = event.at
        event.note(title=current.title, number=current.number, act=Act(act).label.lower(), sha256=current.sha256)
        if former:
            enqueue(effects.announce_version, event=event, kind=str(Kind(kind)), number=current.number)
    return version


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
        enqueue(effects.issue_signed_text, event=event, reference=current.reference)
    return made


def _check_signable(version: LegalTextVersion, service: DigitalService, sha256: str | None) -> None:
    latest = queries.version_of(version.kind)
    if latest is None or latest.pk != version.pk or (sha256 is not None and sha256 != version.sha256):
        raise Refused(
            "Ce texte a changé depuis que vous l’avez ouvert : relisez la version en vigueur avant de signer."
        )
    if version.act == Act.NONE:
        raise Refused("Ce texte est donné pour information : il ne se signe pas.")
    if Signature.objects.filter(text_version=version, service=service).exists():
        raise Refused("Ce texte est déjà signé pour ce service.")


def _record_on_grants(signature: Signature, *, by: Any) -> None:
    """A right that exists already learns that its charter is signed; a later one is told by the committee."""
    kind = signature.text_version.kind
    if kind not in {Kind.FEEDING_CHARTER, Kind.CONSUMPTION_CHARTER}:
        return
    living = Grant.objects.living().filter(service_id=signature.service_id, direction__in=sorted(kind.directions))
    for grant in living:
        grants.record_charter(grant, signed_at=signature.signed_at, by=by, at=signature.signed_at)
