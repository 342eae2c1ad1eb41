"""Published versions and signatures never change and never go."""

from django.db import migrations

from portal.audit.triggers import Guard, guard


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0002_guards")]

    operations = [guard(Guard("onboarding_legaltextversion"), Guard("onboarding_signature"))]
