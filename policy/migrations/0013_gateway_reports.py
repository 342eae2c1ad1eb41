"""Reports of gateways count once, however often they are sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0012_servers_asked"),
        ("portal", "0011_notice_of_a_measure"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                ("counted_at", models.DateTimeField(verbose_name="compté le")),
                (
                    "gateway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.apitoken"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["counted_at"], name="counted_report_by_date")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("gateway", "digest"),
                        name="counted_report_once",
                        violation_error_message="Ce compte rendu est déjà compté.",
                    )
                ],
            },
        ),
    ]
