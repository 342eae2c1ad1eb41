"""Issuing documents once and for all, and taking in the files that people deposit."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbound.client import fetch
from portal.outbox.registry import Delivery
from portal.parties.models import DigitalService, LegalEntity
from portal.web import typed, wording

from . import codes, filenames, filetypes, printing, qr
from .kinds import Kind
from .lifecycle import Move
from .models import DepositedFile, DocumentNumber, FrozenBytes, StoredDocument
from .printing import Embedded

if TYPE_CHECKING:
    from .seal import Seal

UPLOADS = frozenset(filetypes.EXTENSIONS)


def issue(
    kind: Kind,
    *,
    template: str,
    context: Mapping[str, Any],
    subject_reference: str,
    title: str,
    owner: LegalEntity | None,
    service: DigitalService | None,
    message: Delivery,
    embedded: Sequence[Embedded] = (),
    reader: Any = None,
) -> StoredDocument:
    """Prints a document and keeps its bytes. The same message and kind always give the same document.

    `template` extends ``portal/documents/base.html``; `reader` is the only agent it is for. Called by effects, outside
    any transaction: reference and code are taken first, the printing holds no lock. Raises `printing.Unprintable` or
    `seal.Unsealable`; the outbox then tries again.
    """
    if found := _issued(kind, message):
        return found
    number = _numbered(kind, message)
    own = _seal(settings.SEAL_CERTIFICATE_FILE, settings.SEAL_KEY_FILE)
    marks = _marks(kind, number, title=title, subject_reference=subject_reference, at=message.event_at)
    marks |= {"sealed_by": own.owner if own else "", "timestamped": bool(own and settings.SEAL_TIMESTAMP_URL)}
    html = wording.spaced(render_to_string(template, {**context, "document": marks}))
    content = _sealed(printing.render(html, theme=settings.THEME, embedded=embedded), own, reason=kind.label)
    made = StoredDocument(
        kind=kind,
        title=title[:200],
        subject_reference=subject_reference,
        owner=owner,
        service=service,
        reader=reader,
        reference=number.reference,
        verification_code=number.verification_code,
        sealed_by=own.owner if own else "",
        issued_at=message.event_at,
        message_id=message.id,
    )
    return _kept(made, content, message)


@cache
def _seal(certificates: str, key: str) -> "Seal | None":
    """The installation's seal, read once; None where it has none."""
    if not (certificates and key and Path(certificates).exists()):
        return None
    from . import seal  # costly to import: only what seals pays for it

    return seal.load(Path(certificates).read_bytes(), Path(key).read_bytes())


def _sealed(content: bytes, own: "Seal | None", *, reason: str) -> bytes:
    if own is None:
        return content
    from . import seal

    stamp = _timestamp if settings.SEAL_TIMESTAMP_URL else None
    return seal.applied(own, content, reason=reason, at=timezone.now(), stamp=stamp)


def _timestamp(request: bytes) -> bytes:
    """The answer of the configured timestamping authority (RFC 3161 §3.4). Raises outbound's refusals and failures."""
    url = settings.SEAL_TIMESTAMP_URL
    headers = {"Content-Type": "application/timestamp-query"}
    parts = urlsplit(url)
    return fetch(
        url, allowed={f"{parts.scheme}://{parts.netloc}"}, method="POST", content=request, headers=headers
    ).body


def _issued(kind: Kind, message: Delivery) -> StoredDocument | None:
    return StoredDocument.objects.filter(message_id=message.id, kind=kind).first()


def _numbered(kind: Kind, message: Delivery) -> DocumentNumber:
    """Reference and code of this message's document; a new attempt finds those of the first."""
    fresh: dict[str, Any] = {
        "reference": lambda: next_reference("DOC", message.event_at),
        "verification_code": codes.fresh,
    }
    number, _ = DocumentNumber.objects.get_or_create(message_id=message.id, kind=kind, defaults=fresh)
    return number


def project(
    kind: Kind, *, template: str, context: Mapping[str, Any], subject_reference: str, title: str, at: datetime
) -> bytes:
    """The PDF that `issue` would print, marked as a project: no number, no code, no seal, kept nowhere.

    Raises `printing.Unprintable`.
    """
    marks = _around(kind, title=title, subject_reference=subject_reference, at=at)
    marks |= {"reference": "PROJET", "code": "aucun", "qr": qr.svg_uri(settings.PUBLIC_URL), "is_project": True}
    html = wording.spaced(render_to_string(template, {**context, "document": marks}))
    return printing.render(html, theme=settings.THEME)


def _marks(kind: Kind, number: DocumentNumber, *, title: str, subject_reference: str, at: datetime) -> dict[str, Any]:
    """What the base template prints around every document."""
    own_page = settings.PUBLIC_URL + reverse("document_check", args=[number.verification_code])
    return _around(kind, title=title, subject_reference=subject_reference, at=at) | {
        "reference": number.reference,
        "code": codes.shown(number.verification_code),
        "qr": qr.svg_uri(own_page),
    }


def _around(kind: Kind, *, title: str, subject_reference: str, at: datetime) -> dict[str, Any]:
    """What is printed around a document before it has its number."""
    return {
        "kind": kind.label,
        "title": title,
        "subject_reference": subject_reference,
        "check_address": settings.PUBLIC_URL + reverse("document_check"),
        "issued_at": at,
        "theme": settings.THEME,
        "demo": settings.DEMO,
    }


def _kept(made: StoredDocument, content: bytes, message: Delivery) -> StoredDocument:
    made.sha256, made.size = hashlib.sha256(content).hexdigest(), len(content)
    try:
        with moving(made, Move.ISSUE, by=None, at=message.event_at) as (current, event):
            current.frozen = FrozenBytes.objects.create(data=content)
            event.note(title=made.title, kind=Kind(made.kind).label.lower(), sha256=made.sha256)
    except Refused:  # another worker kept this very document in between
        if found := _issued(Kind(made.kind), message):
            return found
        raise
    return made


def replace(document: StoredDocument, *, successor: StoredDocument, at: datetime | None = None) -> None:
    """Another document now says what this one said; the public verification tells so."""
    with moving(document, Move.REPLACE, by=None, at=at) as (current, event):
        current.successor = successor
        event.note(successor=successor.reference)


def revoke(document: StoredDocument, *, reason: str, by: Any, at: datetime | None = None) -> None:
    """The document no longer holds. Raises Refused without a reason."""
    if not reason.strip():
        raise Refused("Indiquez le motif de la révocation.", field="reason")
    with moving(document, Move.REVOKE, by=by, at=at) as (_, event):
        event.note(reason=reason.strip())


def deposit(
    name: str,
    data: bytes,
    *,
    by: Any,
    at: datetime | None = None,
    allowed: Collection[str] = UPLOADS,
    owner: LegalEntity | None = None,
    field: str = "file",
    is_confidential: bool = False,
) -> DepositedFile:
    """Keeps a file as deposited. Raises Refused, at `field`, for a size or a nature that is not accepted.

    A confidential file is downloaded by agents from the page of its dossier alone.
    """
    media_type = _accepted(data, frozenset(allowed), field)
    moment = at or timezone.now()
    with transaction.atomic():
        return DepositedFile.objects.create(
            reference=next_reference("PJ", moment),
            name=filenames.sanitise(name, extension=filetypes.EXTENSIONS[media_type]),
            media_type=media_type,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            frozen=FrozenBytes.objects.create(data=data),
            owner=owner,
            uploaded_by=by,
            at=moment,
            is_confidential=is_confidential,
        )


def _accepted(data: bytes, allowed: frozenset[str], field: str) -> str:
    if not data:
        raise Refused("Ce fichier est vide.", field=field)
    if len(data) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise Refused(f"Ce fichier dépasse {limit} Mo : allégez-le ou coupez-le en plusieurs.", field=field)
    if typed.holds_private_key(data):
        raise Refused(
            "Ce fichier contient une clé privée : il n’a été conservé nulle part. "
            "Une clé privée ne se transmet jamais ; faites révoquer le certificat correspondant.",
            field=field,
        )
    media_type = filetypes.recognise(data)
    if media_type not in allowed:
        raise Refused(f"Ce fichier n’est pas au bon format : {filetypes.in_words(allowed)} attendu.", field=field)
    return media_type
