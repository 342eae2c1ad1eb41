"""What every installation holds before its first user: regions, access policy, IGC Santé, test platforms."""

from datetime import datetime

from onboarding.campaigns import operations as campaigns
from policy.certificates import operations as certificates
from policy.profiles import operations as profiles
from portal.reference import operations as reference


def install(now: datetime) -> None:
    """Adds what is missing; may run at every start."""
    reference.list_regions(at=now)
    profiles.install_shipped(at=now)
    certificates.install_anchors(at=now)
    campaigns.list_platforms(at=now)
