"""How a right proves itself is frozen with it: by a secret where the policy said so at the decision."""

from importlib import import_module

from django.db import migrations

from portal.audit.triggers import Guard, guard

FROZEN = [*import_module("policy.migrations.0002_guards").FROZEN, "by_secret"]


class Migration(migrations.Migration):
    dependencies = [("policy", "0003_names_servers_and_rollovers")]

    operations = [
        guard(
            Guard(
                "policy_whitelistentry",
                unless=" AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in FROZEN),
            )
        ),
    ]
