"""`manage.py serve` on a folder and a port of its own, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from portal.supervisor import address

ROOT = Path(__file__).resolve().parents[2]


def _interruptible() -> None:
    """Gives Ctrl-C its usual meaning back: a suite that a script runs beside another inherits it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Portal:
    """`manage.py serve` on a folder and a port of its own."""

    def __init__(self, folder: Path, *, demo: bool = True, host: str = "127.0.0.1") -> None:
        with socket.socket() as probe:
            probe.bind((host, 0))
            self.port: int = probe.getsockname()[1]
        self.host, self.site = host, address(host, self.port)
        outside = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        own = {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "portal.settings.test", "PYTHONPATH": str(ROOT)}
        self.environment = outside | own | {"HOST": host, "PORT": str(self.port), "DEMO": str(int(demo))}
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str, within: float = 180) -> str:
        """The output of a command that ends by itself."""
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=within)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self) -> subprocess.Popen[bytes]:
        """Starts web server and worker."""
        command = [sys.executable, "manage.py", "serve", "--host", self.host, "--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_interruptible,
        )
        return self.process

    def opened(self, within: float = 120) -> None:
        """Waits until the portal answers."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.site}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the portal does not answer")

    def descendants(self) -> dict[int, str]:
        """Process ids of everything this run started, with their command lines."""
        found: dict[int, str] = {}
        for folder in Path("/proc").iterdir():
            try:
                words = (folder / "environ").read_bytes() if folder.name.isdecimal() else b""
                if f"DATA_DIR={self.environment['DATA_DIR']}\0".encode() in words:
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().decode().replace("\0", " ")
            except OSError:
                continue
        return {pid: line for pid, line in found.items() if pid != os.getpid()}

    def end(self) -> None:
        """Ends what remains, by process id."""
        for pid in self.descendants():
            os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait(timeout=20)
