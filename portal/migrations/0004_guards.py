"""Guards of the tables that the former migration made anew, and trigrams of names where PostgreSQL has them."""

import contextlib

from django.db import ProgrammingError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.audit.triggers import Guard, guard

NAMED = ("portal_digitalservice", "portal_legalentity")
DOCUMENT = (
    "reference",
    "kind",
    "title",
    "subject_reference",
    "verification_code",
    "sha256",
    "size",
    "frozen_id",
    "sealed_by",
    "issued_at",
    "message_id",
)
FROZEN = [f"NEW.{column} = OLD.{column}" for column in DOCUMENT] + ["NEW.reader_id IS NOT DISTINCT FROM OLD.reader_id"]


def install_trigrams(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Trigrams of the names as Django compares them; an owner who may not add `pg_trgm` goes without."""
    connection = editor.connection
    if connection.vendor != "postgresql":
        return
    with (
        contextlib.suppress(ProgrammingError),
        transaction.atomic(using=connection.alias),
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for table in NAMED:
            cursor.execute(f"CREATE INDEX {table}_name_grams ON {table} USING gin (UPPER(name::text) gin_trgm_ops)")


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_reach_seals_and_preferences")]

    operations = [
        guard(
            Guard("portal_depositedfile", deletable=True),
            Guard("portal_storeddocument", unless=" AND ".join(FROZEN), deletable=True),
        ),
        migrations.RunPython(install_trigrams, migrations.RunPython.noop),
    ]
