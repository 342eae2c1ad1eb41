"""The rights granted before keep, as their first terms, what they hold; the policy of that day is not made up."""

from django.db import migrations


def fill(apps, schema_editor):
    """One row for each right that has none."""
    terms = apps.get_model("policy", "GrantedTerms")
    rights = apps.get_model("policy", "Grant").objects.filter(terms=None).defer("establishments")
    terms.objects.bulk_create(
        (
            terms(
                grant=right,
                number=1,
                decision_reference=right.decision_reference,
                decided_at=right.decided_at,
                service_name=right.service_name,
                feeding_profiles=right.feeding_profiles,
                access_profile=right.access_profile,
                region=right.region,
                by_secret=right.by_secret,
            )
            for right in rights.iterator()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("policy", "0010_granted_terms")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
