"""Versions of the orientation, opinions of the committee and legal texts never change once written."""

from django.db import migrations

from portal.audit.triggers import Guard, guard


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0003_panel_changes_and_notices")]

    operations = [
        guard(
            Guard("onboarding_decision"),
            Guard("onboarding_legaltextversion"),
            Guard("onboarding_orientationversion"),
            Guard("onboarding_recusal"),
            Guard("onboarding_vote"),
        ),
    ]
