"""Calls that gateways count, day by day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0008_graded_measures"),
        ("portal", "0009_departures_and_lapses"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayOfCalls",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                ("calls", models.PositiveBigIntegerField(default=0, verbose_name="appels")),
                ("throttled", models.PositiveBigIntegerField(default=0, verbose_name="réponses 429")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days_of_calls",
                        to="policy.certificate",
                    ),
                ),
                (
                    "gateway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.apitoken"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="day_of_calls_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("gateway", "certificate", "day"),
                        name="day_of_calls_once",
                        violation_error_message="Les appels de ce jour sont déjà comptés.",
                    )
                ],
            },
        ),
    ]
