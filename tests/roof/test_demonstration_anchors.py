"""A portal that is no demonstration neither starts with its authorities nor verifies anything with them."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from policy.certificates import operations, queries
from portal import installation
from tests.factories.certificates import AT, anchors

pytestmark = pytest.mark.django_db


def test_the_demonstration_starts_with_its_authorities() -> None:
    operations.install_anchors(anchors(), at=AT)
    installation.refuse_demonstration()
    assert any(anchor.is_demo for anchor in queries.anchors())


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_production_refuses_to_start_with_them(settings: Any, command: str) -> None:
    operations.install_anchors(anchors(), at=AT)
    settings.EMBEDDED = False
    assert queries.anchors() == []
    with pytest.raises(ImproperlyConfigured, match="démonstration"):
        call_command(command)


def test_production_starts_without_them(settings: Any) -> None:
    operations.install_anchors(at=AT)
    settings.EMBEDDED = False
    installation.refuse_demonstration()
    assert len(queries.anchors()) == 4
