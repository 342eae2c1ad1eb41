"""Proving that the vendor holds the key of a certificate."""

from datetime import datetime
from typing import Any

from django.conf import settings

from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving

from .. import possession
from ..lifecycle import Move
from ..models import Certificate


def prove_possession(certificate: Certificate, *, signature: str, by: Any, at: datetime | None = None) -> None:
    """The vendor sends the day's challenge signed with the certificate's key. Raises Refused when it is not."""
    with moving(certificate, Move.PROVE, by=by, at=at) as (current, event):
        day = paris_date(event.at)
        proven = possession.is_proven(
            current.pem, current.reference, current.fingerprint, signature, day=day, secret=settings.SECRET_KEY
        )
        if not proven:
            raise Refused(
                "Cette signature n’est pas celle du texte ci-dessus avec la clé de ce certificat.", field="signature"
            )
        current.possession_at = event.at


def witness_possession(certificate: Certificate, *, at: datetime) -> None:
    """A call reached the portal through mutual TLS with this certificate: its key signed the handshake."""
    with moving(certificate, Move.WITNESS, by=None, at=at) as (current, event):
        current.possession_at = event.at
