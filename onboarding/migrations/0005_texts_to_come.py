"""A version of a text may wait for its date: its state alone then changes, once."""

from django.db import migrations, models

import onboarding.legaltexts.lifecycle
from portal.audit.triggers import Guard, guard

FROZEN = (
    "text_id", "number", "title", "body", "commitments", "summary", "act", "step", "reason", "renews", "sha256",
    "published_at",
)  # fmt: skip
DATED = ("sign_by_date", "effective_date")
SAME = [f"NEW.{one} = OLD.{one}" for one in FROZEN] + [f"NEW.{one} IS NOT DISTINCT FROM OLD.{one}" for one in DATED]
COMES = "OLD.state = 'announced' AND NEW.state IN ('published', 'replaced')"


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0004_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="legaltextversion",
            name="effective_date",
            field=models.DateField(blank=True, null=True, verbose_name="en vigueur le"),
        ),
        migrations.AlterField(
            model_name="legaltextversion",
            name="state",
            field=models.CharField(
                choices=[("announced", "À venir"), ("published", "Publiée"), ("replaced", "Remplacée avant sa date")],
                default=onboarding.legaltexts.lifecycle.VersionState["PUBLISHED"],
                max_length=12,
            ),
        ),
        guard(Guard("onboarding_legaltextversion", unless=" AND ".join([*SAME, COMES]))),
    ]
