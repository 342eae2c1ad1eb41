"""Bytes never change; of an issued document only the state and the successor may, of a deposited file nothing."""

from django.db import migrations

from portal.audit.triggers import Guard, guard

DOCUMENT = (
    "reference",
    "kind",
    "title",
    "subject_reference",
    "verification_code",
    "sha256",
    "size",
    "frozen_id",
    "issued_at",
    "message_id",
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_guards")]

    operations = [
        guard(
            Guard("portal_frozenbytes", deletable=True),
            Guard("portal_depositedfile", deletable=True),
            Guard(
                "portal_storeddocument",
                unless=" AND ".join(f"NEW.{column} = OLD.{column}" for column in DOCUMENT),
                deletable=True,
            ),
        )
    ]
