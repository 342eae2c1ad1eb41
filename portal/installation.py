"""What every installation holds before its first user: reference data, access policy, authorities, test platforms."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from onboarding.campaigns import operations as campaigns
from policy.certificates import operations as certificates
from policy.certificates import queries as certificates_read
from policy.profiles import operations as profiles
from portal.reference import operations as reference

OURS = ("portal", "policy", "onboarding")


def install(now: datetime) -> None:
    """Adds what is missing; may run at every start."""
    reference.list_regions(at=now)
    reference.load_delivered_nomenclatures(at=now)
    profiles.install_shipped(at=now)
    certificates.install_anchors(at=now)
    campaigns.list_platforms(at=now)


def refuse_other_version() -> None:
    """Raises ImproperlyConfigured for a database that another version made, by steps that this one does not know."""
    loader = MigrationLoader(connection)
    unknown = [step for step in loader.applied_migrations if step[0] in OURS and step not in loader.disk_migrations]
    if unknown:
        raise ImproperlyConfigured(
            f"Cette base a été faite par une autre version du portail (étape « {'.'.join(min(unknown))} » inconnue). "
            "Reprenez-la, ou la sauvegarde d’avant ; une démonstration se recommence par « make demo-reset »."
        )


def refuse_demonstration() -> None:
    """Raises ImproperlyConfigured when a portal that is no demonstration trusts the demonstration's authorities.

    A database that does not answer is somebody else's alarm; those authorities verify nothing there anyway.
    """
    if settings.EMBEDDED:
        return
    try:
        installed = certificates_read.demo_anchors_installed()
    except DatabaseError:
        return
    if installed:
        raise ImproperlyConfigured("Le portail refuse de démarrer : il reconnaît les autorités de la démonstration.")
