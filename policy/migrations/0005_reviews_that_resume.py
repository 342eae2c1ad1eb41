"""A reading of all certificates says how far it went; a round of revocation says that it is of the published list."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("policy", "0004_guards")]

    operations = [
        migrations.AddField("certificatereview", "position", models.BigIntegerField(default=0)),
        migrations.AddField(
            "certificatereview",
            "touched_at",
            models.DateTimeField("dernière lecture le", blank=True, null=True),
        ),
        migrations.AlterField("certificatereview", "ended_at", models.DateTimeField("finie le", blank=True, null=True)),
        migrations.AlterField(
            "certificatereview",
            "state",
            models.CharField(
                choices=[("under_way", "En cours"), ("recorded", "Enregistré")], default="under_way", max_length=10
            ),
        ),
        migrations.AddConstraint(
            "certificatereview",
            models.UniqueConstraint(
                condition=Q(state="under_way"),
                fields=("state",),
                name="certificate_review_one_at_a_time",
                violation_error_message="Une relecture des certificats est déjà en cours.",
            ),
        ),
        migrations.AddConstraint(
            "certificatereview",
            models.CheckConstraint(
                condition=Q(ended_at=None, state="under_way") | Q(ended_at__isnull=False, state="recorded"),
                name="certificate_review_ended_is_dated",
                violation_error_message="Une relecture finie porte la date de sa fin, et elle seule.",
            ),
        ),
        migrations.AddField(
            "checkrun", "is_listed", models.BooleanField("contrôle de la liste publiée", default=False)
        ),
    ]
