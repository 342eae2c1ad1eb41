"""Folded names of the rows already there, and their trigrams where PostgreSQL has them."""

import contextlib
from typing import Any

from django.db import ProgrammingError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.web import folding

NAMED = ("LegalEntity", "DigitalService")
CHUNK = 1000


def fill(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Every name, folded."""
    for name in NAMED:
        model = apps.get_model("portal", name)
        rows = model.objects.using(editor.connection.alias).only("pk", "name")
        changed = []
        for row in rows.iterator(chunk_size=CHUNK):
            row.name_folded = folding.fold(row.name)
            changed.append(row)
        model.objects.using(editor.connection.alias).bulk_update(changed, ["name_folded"], batch_size=CHUNK)


def install_trigrams(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Trigrams of the folded names take the place of those of the names, which nothing compares any more."""
    connection = editor.connection
    if connection.vendor != "postgresql":
        return
    with (
        contextlib.suppress(ProgrammingError),
        transaction.atomic(using=connection.alias),
        connection.cursor() as cursor,
    ):
        for name in NAMED:
            table = f"portal_{name.lower()}"
            cursor.execute(f"DROP INDEX IF EXISTS {table}_name_grams")
            cursor.execute(f"CREATE INDEX {table}_folded_grams ON {table} USING gin (name_folded gin_trgm_ops)")


class Migration(migrations.Migration):
    dependencies = [("portal", "0007_folded_names")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(install_trigrams, migrations.RunPython.noop),
    ]
