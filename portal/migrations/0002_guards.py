"""What the ground writes once: journal, traces, documents, mails; and trigrams of names where PostgreSQL has them.

A detail of the journal may only be erased. Bytes never change; of an issued document only the state and the successor
may, of a deposited file nothing, of a mail only its delivery.
"""

import contextlib

from django.db import ProgrammingError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.audit.triggers import Guard, guard

NAMED = ("portal_digitalservice", "portal_legalentity")
ERASED = "NEW.data = '' AND NEW.erased_at IS NOT NULL AND NEW.event_id = OLD.event_id"
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
ISSUED = [f"NEW.{column} = OLD.{column}" for column in DOCUMENT] + ["NEW.reader_id IS NOT DISTINCT FROM OLD.reader_id"]
MAIL = ("message_id", "source_id", "template", "subject", "text", "html", '"to"')
WRITTEN = [f"NEW.{column} = OLD.{column}" for column in MAIL]


def install_trigrams(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Trigrams of the folded names, which searches compare; an owner who may not add `pg_trgm` goes without."""
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
            cursor.execute(f"CREATE INDEX {table}_folded_grams ON {table} USING gin (name_folded gin_trgm_ops)")


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        guard(
            Guard("portal_auditevent"),
            Guard("portal_auditdetail", unless=ERASED),
            Guard("portal_accesstrace"),
            Guard("portal_frozenbytes", deletable=True),
            Guard("portal_depositedfile", deletable=True),
            Guard("portal_storeddocument", unless=" AND ".join(ISSUED), deletable=True),
            Guard("portal_emailattachment", deletable=True),
            Guard("portal_outgoingemail", unless=" AND ".join(WRITTEN), deletable=True),
        ),
        migrations.RunPython(install_trigrams, migrations.RunPython.noop),
    ]
