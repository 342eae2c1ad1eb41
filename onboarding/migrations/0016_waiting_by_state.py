"""Reservations and yearly confirmations that wait are found by their state."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0015_corrections_in_two")]

    operations = [
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(fields=["state", "due_on"], name="reservation_by_state"),
        ),
        migrations.AddIndex(
            model_name="yearlyconfirmation",
            index=models.Index(fields=["state", "asked_at"], name="confirmation_by_state"),
        ),
    ]
