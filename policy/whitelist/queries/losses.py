"""What the guard of the list asks of the database about the entries that a list would lose by no act."""

from policy.certificates.lifecycle import State as CertificateState
from policy.certificates.models import Certificate
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from portal.parties.models import DigitalService

from .. import shrinking
from ..models import WhitelistEntry
from ..shrinking import Loss


def is_last_of_a_holder(environment: str, loss: Loss) -> bool:
    """Whether this loss leaves a holder, who had several entries, without any."""
    found = WhitelistEntry.objects.filter(reference__in=loss.references).values_list("reference", "grant__holder")
    owners = DigitalService.objects.filter(reference__in=shrinking.services_of(loss)).values_list("reference", "owner")
    several = shrinking.several(loss, dict(found), dict(owners))
    left = WhitelistEntry.objects.in_force().filter(environment=environment, grant__holder__in=several)
    return bool(several - set(left.exclude(reference__in=loss.references).values_list("grant__holder", flat=True)))


def stopped_among(loss: Loss) -> frozenset[str]:
    """The fingerprints of revoked certificates, and the services without any right in force, among these entries."""
    named = shrinking.services_of(loss)
    revoked = Certificate.objects.filter(fingerprint__in=shrinking.prints_of(loss), state=CertificateState.REVOKED)
    active = Grant.objects.filter(service__reference__in=named, state=GrantState.ACTIVE)
    stopped = DigitalService.objects.filter(reference__in=named).exclude(pk__in=active.values("service"))
    return frozenset([*revoked.values_list("fingerprint", flat=True), *stopped.values_list("reference", flat=True)])
