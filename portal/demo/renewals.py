"""What the demonstration shows of certificates that end: reminders, a renewal taken charge of, an authority changed."""

from datetime import datetime, timedelta

from policy.certificates import operations as certificates
from policy.certificates.environments import Hierarchy
from policy.certificates.models import Certificate, TrustAnchor
from policy.certificates.trust import AnchorKind
from policy.rollovers import operations as rollovers
from portal.calendar.deadlines import paris_date

from .cast import account_of
from .chronicle import Chronicle

MESSAGE = (
    "Une nouvelle autorité TEST ouvrira au printemps : retirez-y de nouveaux certificats pour le bac à sable. "
    "Rien ne change en production."
)


def tell(chronicle: Chronicle) -> None:
    """Puts these days on the calendar."""
    chronicle.on(chronicle.now - timedelta(days=20), _change_authority)
    chronicle.on(chronicle.now - timedelta(days=2), _remind)
    chronicle.on(chronicle.now - timedelta(days=1), _take_charge)


def _change_authority(at: datetime) -> None:
    """The demonstration's TEST authority is to be replaced within the year."""
    anchor = TrustAnchor.objects.trusted().get(is_demo=True, hierarchy=Hierarchy.TEST, kind=AnchorKind.INTERMEDIATE)
    ends_on = paris_date(at + timedelta(days=300))
    rollovers.open_rollover(anchor, ends_on=ends_on, message=MESSAGE, by=account_of("administrateur"), at=at)


def _remind(at: datetime) -> None:
    """The clock's part of a day, which nothing else plays."""
    certificates.warn(at=at)
    certificates.escalate(at=at)


def _take_charge(at: datetime) -> None:
    """The vendor of the last certificate to end soon says that it sees to its renewal."""
    ending = Certificate.objects.declared().valid(at).expiring(at + timedelta(days=60)).order_by("-not_after").first()
    if ending:
        certificates.acknowledge(ending, by=ending.declared_by, at=at)
