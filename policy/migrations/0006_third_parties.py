"""The third parties on whose behalf services act, whom their certificates may name."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policy", "0005_reviews_that_resume"), ("portal", "0004_guards")]

    operations = [
        migrations.CreateModel(
            name="ThirdParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField("demande", max_length=20)),
                ("name", models.CharField("tiers", max_length=200)),
                ("number", models.CharField("identifiant du tiers", max_length=14)),
                ("declared_at", models.DateTimeField("déclaré le")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="third_parties",
                        to="portal.digitalservice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "source"),
                        name="third_party_once",
                        violation_error_message="Cette demande désigne déjà un tiers.",
                    )
                ],
            },
        ),
    ]
