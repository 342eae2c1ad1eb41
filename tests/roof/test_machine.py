"""Listening on every interface, the portal answers to the machine's own names and addresses, and to no other."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal.settings import machine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["0.0.0.0", "::"])
def everywhere(request: pytest.FixtureRequest, settings: Any) -> list[str]:
    settings.ALLOWED_HOSTS = machine.names(request.param)
    return list(settings.ALLOWED_HOSTS)


def answered(host: str) -> int:
    return Client().get("/healthz", headers={"host": host}).status_code


@pytest.mark.django_db
def test_every_interface_means_every_name_and_address_of_the_machine(everywhere: list[str]) -> None:
    own = socket.gethostname()
    for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000", f"{own}:8000", f"{own}.local", own.upper()):
        assert answered(host) == 200, host
    assert [answered(host) for host in everywhere] == [200] * len(everywhere)


@pytest.mark.django_db
def test_a_name_of_somebody_else_s_is_refused(everywhere: list[str]) -> None:
    assert "*" not in everywhere
    for host in ("exemple.fr", f"{socket.gethostname()}.exemple.fr", "192.0.2.77", "[2001:db8::77]"):
        assert answered(host) == 400, host


def test_addresses_are_those_of_the_interfaces() -> None:
    found = list(machine._addresses())
    assert "127.0.0.1" in found
    for one in found:
        family = socket.AF_INET6 if ":" in one else socket.AF_INET
        if not one.startswith("fe80:"):  # those say their interface too
            with socket.socket(family) as own:
                own.bind((one, 0))  # refused for an address of another machine


@pytest.mark.parametrize(("host", "written"), [("192.0.2.7", "192.0.2.7"), ("2001:db8::5", "[2001:db8::5]")])
def test_one_interface_means_its_address(host: str, written: str) -> None:
    assert machine.names(host) == ["localhost", "127.0.0.1", "[::1]", written]


def test_the_embedded_run_adds_the_names_it_is_told(tmp_path: Path) -> None:
    told = {"HOST": "0.0.0.0", "ALLOWED_HOSTS": "portail.maison.fr", "DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from portal.settings import dev; print(*dev.ALLOWED_HOSTS)"]
    done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=True)
    assert {socket.gethostname(), "portail.maison.fr", "0.0.0.0"} <= set(done.stdout.split())
