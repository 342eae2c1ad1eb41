"""Two competing vendors, built once for every test of this folder, which run last, and undone after the last."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.factories import world as worlds


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """All of them wait for the world, so slow (said before `-m` chooses); and last, so that nobody else sees it."""
    for item in items:
        if _is_walked(item):
            item.add_marker(pytest.mark.slow)
    yield
    items.sort(key=_is_walked)


def _is_walked(item: pytest.Item) -> bool:
    return "walked" in item.path.parts


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[worlds.World]:
    """The world, in a transaction that holds the tests' own inside."""
    with django_db_blocker.unblock(), worlds.undone():
        yield worlds.build()


@pytest.fixture
def world(built: worlds.World, db: None) -> worlds.World:
    """The world, for one test: what it changes is undone."""
    cache.clear()
    assert transaction.get_connection().in_atomic_block
    return built
