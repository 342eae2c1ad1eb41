"""A published policy never changes."""

from django.db import migrations

from portal.audit.triggers import Guard, guard


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]

    operations = [
        guard(
            Guard("policy_policyversion", unless="OLD.state = 'draft'"),
        )
    ]
