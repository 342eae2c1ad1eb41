"""What every test shares: servers asked for by marker, guarded tables, the cast of persons."""

import gc
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import TransactionTestCase
from xdist.scheduler import LoadScopeScheduling

from tests import migrated

# drawn cases are the same each time; `HYPOTHESIS_PROFILE=explore` draws new ones
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("explore", max_examples=1000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser library runs a loop beside the ORM


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option of our own."""
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out what asks for no database: on a second database it would show nothing more",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --only-database, keeps the tests that ask for the database."""
    if config.getoption("--only-database"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_for_database(item)])
        items[:] = [item for item in items if _asks_for_database(item)]


def _asks_for_database(item: pytest.Item) -> bool:
    """Without one of these, pytest-django refuses every query of a test."""
    asked = {"db", "transactional_db", "django_db_setup", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """What is imported and collected stays to the end: Python's collector need not walk it again and again."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex(("127.0.0.1", port)) == 0


SERVERS: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "nginx": lambda: shutil.which("nginx") is not None,
    "pdftotext": lambda: shutil.which("pdftotext") is not None,
    "java": lambda: shutil.which("java") is not None,
    "postgresql": lambda: _listens(5432),
    "redis": lambda: _listens(6379),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test whose server is absent, saying which; with CI=true an absent server is an error."""
    for mark in item.iter_markers("requires"):
        for server in mark.args:
            if SERVERS[server]():
                continue
            if os.environ.get("CI") == "true":
                pytest.fail(f"{server} is required in CI and is absent", pytrace=False)
            pytest.skip(f"needs {server}, absent from this machine")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Each worker process of the suite makes a data folder of its own: this one's is not handed down."""
    os.environ.pop("DATA_DIR", None)


class ByFile(LoadScopeScheduling):
    """A file is run by one worker; so is all that waits for the world, or for the browser."""

    TOGETHER = ("tests/house/walked/", "tests/browser/")

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((folder for folder in self.TOGETHER if path.startswith(folder)), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """How tests are shared out between workers."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """The test database begins as a copy of one already migrated."""
    test = settings.DATABASES["default"]["TEST"]
    if connection.vendor == "sqlite":
        migrated.lay(Path(test["NAME"]))
    else:
        with django_db_blocker.unblock():
            test["TEMPLATE"] = migrated.template(connection)
    MigrationLoader(None)  # read all the same: they declare the triggers that must stand
    test["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """True on SQLite: what was laid down is used; it goes with the folder of the tests."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """At the end, PostgreSQL drops no database to which a thread of some test still holds a connection: they are cut."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def _emptying_lifts_guards() -> Iterator[None]:
    """After a test that committed: SQLite gets its first state back, PostgreSQL is emptied although tables refuse it."""
    flush = TransactionTestCase._fixture_teardown

    def afresh(case: TransactionTestCase) -> None:
        if connection.vendor == "sqlite":
            migrated.restore(connection)
        else:
            migrated.empty(connection)

    TransactionTestCase._fixture_teardown = afresh
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture
def blank_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are frozen without being printed: for tests that read none of them."""
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **_: b"%PDF-1.7 " + str(len(html)).encode())


@pytest.fixture
def now() -> datetime:
    """The instant at which tests happen: Tuesday 3 March 2026, 10:00 in Paris."""
    return datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
