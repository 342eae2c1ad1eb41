"""The settings of each database: what the portal asks of its server at each connection."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal.settings import base


@pytest.mark.parametrize(
    ("query", "options"),
    [("", "-c jit=off"), ("?options=-c%20statement_timeout%3D5000", "-c statement_timeout=5000")],
    ids=["ours", "the operator's own"],
)
def test_options_of_the_address_stand_before_ours(query: str, options: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgres://portail@127.0.0.1:5432/portail{query}")

    assert base.database()["OPTIONS"]["options"] == options


@pytest.mark.django_db
def test_the_server_is_asked_for_what_we_need() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit" if connection.vendor == "postgresql" else "PRAGMA foreign_keys")
        assert cursor.fetchone() == (("off",) if connection.vendor == "postgresql" else (1,))


@pytest.mark.django_db
def test_a_database_of_another_version_is_left_as_it_is() -> None:
    MigrationRecorder(connection).record_applied("policy", "0042_later")

    with pytest.raises(CommandError, match=r"« policy\.0042_later » inconnue.*demo-reset"):
        call_command("prepare")
