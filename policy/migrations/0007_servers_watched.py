"""Servers’ certificates are read again each night, and their ends are told in time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0006_third_parties"),
    ]

    operations = [
        migrations.AddField(
            model_name="servercertificate",
            name="fault",
            field=models.CharField(
                blank=True, max_length=300, verbose_name="ce que la dernière revue trouve à corriger"
            ),
        ),
        migrations.AddField(
            model_name="servercertificate",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="revu le"),
        ),
        migrations.CreateModel(
            name="ServerNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("threshold", models.SmallIntegerField(verbose_name="jours avant l’expiration")),
                ("sent_at", models.DateTimeField(verbose_name="envoyé le")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="policy.servercertificate",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("certificate", "threshold"),
                        name="server_notice_once",
                        violation_error_message="Ce rappel est déjà parti.",
                    )
                ],
            },
        ),
    ]
