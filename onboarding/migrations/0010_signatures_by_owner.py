"""A service that was taken over is signed for again by its new owner."""

from django.conf import settings
from django.db import migrations, models

from portal.audit.triggers import Guard, guard


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0009_count_requests_by_state"),
        ("portal", "0009_departures_and_lapses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="signature",
            name="signature_once",
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                fields=("text_version", "service", "legal_entity"),
                name="signature_once",
                violation_error_message="Ce texte est déjà signé pour ce service.",
            ),
        ),
        guard(Guard("onboarding_signature")),
    ]
