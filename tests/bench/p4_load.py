"""P4.6: the list page under eight, then thirty-two connections, on two processes of the real server, by wrk."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.bench import p1_http
from tests.bench.rounds import ROUNDS, Row, summary

PORT, SECONDS = 9635, 2
SERVER = ["granian", "--interface", "wsgi", "portal.wsgi:application", "--host", "127.0.0.1", "--port", str(PORT)]
REPORT = """function done(s, l, r) io.write(string.format("RESULT %d %d %d %d\\n", l:percentile(50), l:percentile(99),
  s.requests, s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout)) end
"""


def rows(vendor: str, address: str, cookie: str) -> Iterator[Row]:
    """Latency in the middle and at its end by eight connections; errors by thirty-two. Nothing without wrk."""
    if shutil.which("wrk") is None:
        print("P4.6 : wrk absent de cette machine, lignes omises")
        return
    script = Path(os.environ["DATA_DIR"]) / "load.lua"
    script.write_text(REPORT)
    command = [sys.executable, "-m", *SERVER, "--workers", "2", "--no-ws", "--log-level", "warning"]
    with contextlib.ExitStack() as servers:
        servers.enter_context(p1_http._running(command, PORT))
        _await_first_page()
        _load(script, address, cookie, 8, seconds=3 * SECONDS)  # every process has its first requests behind it
        spread = [late / middle for middle, late, _, _ in (_load(script, address, cookie, 8) for _ in range(ROUNDS))]
        _, _, asked, wrong = _load(script, address, cookie, 32)
    yield summary(f"P4.6-p99-{vendor}", f"p99 / p50 de la liste, huit connexions ({vendor})", spread, target=3)
    yield summary(f"P4.6-errors-{vendor}", f"erreurs sur {asked} pages, trente-deux connexions", [wrong], target=0)


def _await_first_page() -> None:
    """Until the portal answers: its port is bound before its processes are ready. Raises after two minutes."""
    for _ in range(240):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{PORT}/healthz", headers={"Host": "localhost:8000"}).status_code == 200:
                return
        time.sleep(0.5)
    raise TimeoutError("le portail ne répond pas")


def _load(
    script: Path, address: str, cookie: str, connections: int, *, seconds: int = SECONDS
) -> tuple[int, int, int, int]:
    """Microseconds at p50 and p99, requests, errors."""
    threads = ["-t", "2", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s"]
    headers = ["-H", f"Cookie: {cookie}", "-H", "Host: localhost:8000"]
    command = ["wrk", *threads, *headers, "-s", str(script), f"http://127.0.0.1:{PORT}{address}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    middle, late, asked, wrong = map(int, re.findall(r"RESULT (\d+) (\d+) (\d+) (\d+)", said)[0])
    assert asked, said
    return middle, late, asked, wrong
