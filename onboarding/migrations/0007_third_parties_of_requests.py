"""Requests deposited before say, as those to come will, for whom their service acts."""

from typing import Any

from django.db import migrations

from policy.certificates.identity import is_number


def write_down(apps: Any, editor: Any) -> None:
    """One row per deposited request that names a third party by a number whose key is right."""
    requests, parties = apps.get_model("onboarding", "Candidacy"), apps.get_model("policy", "ThirdParty")
    deposited = requests.objects.filter(for_third_party=True, submitted_at__isnull=False).exclude(third_party_number="")
    for one in deposited.iterator():
        number = "".join(one.third_party_number.split()).upper()
        if is_number(number):
            given = {"name": one.third_party_name, "number": number, "declared_at": one.submitted_at}
            parties.objects.get_or_create(service_id=one.service_id, source=one.reference, defaults=given)


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0006_takeovers"), ("policy", "0006_third_parties")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
