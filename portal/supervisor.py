"""Web server and worker under one roof: started together, stopped together, at any instant.

granian ignores a SIGTERM received in its first seconds: the stop signal is repeated each second, and a child still
there after fifteen is killed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

GRACE = 15.0  # seconds before a child that will not stop is killed


class Supervisor:
    """Runs commands as children; the end of one, or a signal, ends them all."""

    def __init__(self, commands: Sequence[Sequence[str]]) -> None:
        self.commands = commands
        self.children: list[subprocess.Popen[bytes]] = []
        self.stopping = False

    def run(self) -> int:
        """Starts the children and waits; returns 0 after a stop that was asked for, 1 when a child fell."""
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)
        for command in self.commands:
            if not self.stopping:
                self.children.append(subprocess.Popen(command, start_new_session=True))  # noqa: S603
        while not self.stopping and all(child.poll() is None for child in self.children):
            time.sleep(0.2)
        fell = not self.stopping
        self.stop()
        return 1 if fell else 0

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def stop(self) -> None:
        """Asks every child to end, again each second, and kills what remains after GRACE."""
        deadline = time.monotonic() + GRACE
        while self._alive() and time.monotonic() < deadline:
            self._signal(signal.SIGTERM)
            pause = time.monotonic() + 1
            while self._alive() and time.monotonic() < pause:
                time.sleep(0.05)
        self._signal(signal.SIGKILL)
        for child in self.children:
            child.wait()

    def _alive(self) -> list[subprocess.Popen[bytes]]:
        return [child for child in self.children if child.poll() is None]

    def _signal(self, number: int) -> None:
        for child in self._alive():
            os.killpg(child.pid, number)


def address(host: str, port: int) -> str:
    """What a browser of this machine opens, for the interface listened on."""
    here = host in ("127.0.0.1", "0.0.0.0", "::1", "::", "localhost")  # noqa: S104 (names to show)
    shown = "localhost" if here else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def commands(*, host: str, port: int) -> list[list[str]]:
    """The two children of the embedded run: granian and the worker."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "portal.wsgi:application", "--host", host]
    web += ["--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    return [web, [sys.executable, "manage.py", "worker"]]
