"""Readings of documents: lists for pages, public verification, what goes with a mail."""

import hashlib
from dataclasses import dataclass
from typing import Any

from portal.mail.attachments import Attachment
from portal.parties import queries as parties

from . import codes
from .models import DepositedFile, StoredDocument, StoredDocumentQuerySet


def listed(user: Any, *, kind: str = "", words: str = "") -> StoredDocumentQuerySet:
    """The documents that `user` may see, newest first, owner and service read along; bytes stay in the database."""
    found = StoredDocument.objects.visible_to(user).select_related("owner", "service", "successor")
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = (
            found.filter(reference__iexact=words)
            | found.filter(subject_reference__iexact=words)
            | found.filter(title__icontains=words)
            | found.filter(service__reference__iexact=words)
            | found.filter(parties.named("service__", words))
            | found.filter(parties.named("owner__", words))
        )
    return found.order_by("-issued_at", "-pk")


def for_subject(subject_reference: str, user: Any) -> StoredDocumentQuerySet:
    """The documents of a dossier that `user` may see, oldest first."""
    return listed(user).filter(subject_reference=subject_reference).order_by("issued_at", "pk")


def attachment(document: StoredDocument) -> Attachment:
    """The document as a mail carries it."""
    return Attachment(document.file_name, "application/pdf", document.content)


def deposit_of(reference: str) -> DepositedFile | None:
    """The deposited file of that public reference."""
    return DepositedFile.objects.filter(reference=reference).first()


@dataclass(frozen=True)
class Finding:
    """What the verification may say in public. `matches` is None when no file was compared."""

    document: StoredDocument | None
    matches: bool | None = None


def find_by_code(typed: str) -> StoredDocument | None:
    """The document of a typed or scanned code."""
    code = codes.normalise(typed)
    return _public().filter(verification_code=code).first() if code else None


def verify(typed: str, content: bytes | None) -> Finding:
    """Compares a file, a code, or one with the other.

    With both, the file must be the very document of the code. With a file alone, its fingerprint is looked up.
    """
    digest = hashlib.sha256(content).hexdigest() if content is not None else None
    if typed:
        document = find_by_code(typed)
        return Finding(document, None if digest is None or document is None else document.sha256 == digest)
    document = _public().filter(sha256=digest).first() if digest else None
    return Finding(document, document is not None)


def _public() -> StoredDocumentQuerySet:
    return StoredDocument.objects.select_related("service", "successor")
