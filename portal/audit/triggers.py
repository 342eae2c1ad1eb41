"""Triggers that make tables append-only, or freeze some of their columns, on SQLite and PostgreSQL.

A migration that touches a guarded table reinstalls its triggers: SQLite drops them when it rebuilds a table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True)
class Guard:
    """A guarded table. Without `columns` every column is frozen; `unless` is an SQL condition that lets an update
    through (on NEW and OLD), `deletable` leaves deletion free."""

    table: str
    columns: tuple[str, ...] = ()
    unless: str = ""
    deletable: bool = False

    def names(self, vendor: str) -> list[str]:
        """The triggers that must stand."""
        acts = ["update"] + ([] if self.deletable else ["delete"])
        if vendor == "postgresql" and not self.deletable:
            acts.append("truncate")
        return [f"guard_{self.table}_{act}" for act in acts]

    def statements(self, vendor: str) -> list[str]:
        """The SQL that installs the triggers."""
        return self._postgresql() if vendor == "postgresql" else self._sqlite()

    def _update_of(self) -> str:
        return f"UPDATE OF {', '.join(self.columns)}" if self.columns else "UPDATE"

    def _sqlite(self) -> list[str]:
        when = f"WHEN NOT ({self.unless})" if self.unless else ""
        raised = f"SELECT RAISE(ABORT, '{self.table} : écriture refusée, table en ajout seul');"
        made = [
            f"CREATE TRIGGER guard_{self.table}_update BEFORE {self._update_of()} ON {self.table} "
            f"{when} BEGIN {raised} END"
        ]
        if not self.deletable:
            made.append(f"CREATE TRIGGER guard_{self.table}_delete BEFORE DELETE ON {self.table} BEGIN {raised} END")
        return made

    def _postgresql(self) -> list[str]:
        function = (
            "CREATE OR REPLACE FUNCTION portal_refuse_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '% : écriture refusée, table en ajout seul', TG_TABLE_NAME; END $$"
        )
        when = f"WHEN (NOT ({self.unless}))" if self.unless else ""
        run = "EXECUTE FUNCTION portal_refuse_write()"
        made = [
            function,
            f"CREATE TRIGGER guard_{self.table}_update BEFORE {self._update_of()} ON {self.table} "
            f"FOR EACH ROW {when} {run}",
        ]
        if not self.deletable:
            made += [
                f"CREATE TRIGGER guard_{self.table}_delete BEFORE DELETE ON {self.table} FOR EACH ROW {run}",
                f"CREATE TRIGGER guard_{self.table}_truncate BEFORE TRUNCATE ON {self.table} FOR EACH STATEMENT {run}",
            ]
        return made


_guards: dict[str, Guard] = {}


def guard(*guards: Guard) -> migrations.RunPython:
    """A migration operation that installs guards and remembers them for the check that they stand."""
    for one in guards:
        _guards[one.table] = one

    def forward(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        install(editor.connection, guards)

    def backward(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        lift(editor.connection, guards)

    return migrations.RunPython(forward, backward)


def guards() -> list[Guard]:
    """Every guard that a migration declared."""
    return list(_guards.values())


def install(connection: BaseDatabaseWrapper, wanted: Iterable[Guard]) -> None:
    """Puts the triggers in place, replacing those that stand."""
    wanted = list(wanted)
    lift(connection, wanted)
    with connection.cursor() as cursor:
        for one in wanted:
            for statement in one.statements(connection.vendor):
                cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper, wanted: Iterable[Guard]) -> None:
    """Takes the triggers away: for a table's migration, or a test database about to be emptied."""
    with connection.cursor() as cursor:
        for one in wanted:
            for name in one.names(connection.vendor):
                on = f" ON {one.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: BaseDatabaseWrapper) -> Sequence[str]:
    """The names of the triggers that should stand and do not."""
    standing = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    if connection.vendor == "sqlite":
        standing = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(standing)
        found = {row[0] for row in cursor.fetchall()}
    return [name for one in guards() for name in one.names(connection.vendor) if name not in found]
