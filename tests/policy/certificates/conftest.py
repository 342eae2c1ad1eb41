"""Certificates of these tests are opened in the process itself; `test_isolation` is about the bounded child."""

import pytest

from policy.certificates import inspection, isolation


@pytest.fixture(autouse=True)
def _opened_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.module.__name__.rpartition(".")[2] != "test_isolation":
        monkeypatch.setattr(isolation, "inspect", inspection.inspect)
