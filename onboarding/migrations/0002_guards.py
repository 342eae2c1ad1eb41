"""A decision is never changed: a correction is another one. Nor is what was deposited."""

from django.db import migrations

from portal.audit.triggers import Guard, guard


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0001_initial")]

    operations = [
        guard(
            Guard("onboarding_candidacyversion"),
            Guard("onboarding_decision"),
        )
    ]
