"""Whether the authority of a server’s certificate revoked it: asked as for the certificates of clients."""

from django.db import migrations, models

import policy.certificates.revocation


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0011_granted_terms_filled"),
    ]

    operations = [
        migrations.AddField(
            model_name="servercertificate",
            name="check_asked",
            field=models.BooleanField(default=True, verbose_name="contrôle demandé"),
        ),
        migrations.AddField(
            model_name="servercertificate",
            name="revocation",
            field=models.CharField(
                choices=[
                    ("not_asked", "Non consultée"),
                    ("good", "Non révoqué"),
                    ("unknown", "Inconnue"),
                    ("revoked", "Révoqué"),
                ],
                default=policy.certificates.revocation.Standing["NOT_ASKED"],
                max_length=12,
                verbose_name="révocation",
            ),
        ),
        migrations.AddField(
            model_name="servercertificate",
            name="revocation_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="révocation consultée le"),
        ),
        migrations.AddField(
            model_name="servercertificate",
            name="revocation_sentence",
            field=models.CharField(blank=True, max_length=400),
        ),
    ]
