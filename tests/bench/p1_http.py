"""P1.4: the decision over HTTP, asked by wrk through sixteen kept connections, beside what nginx does with nothing.

Every server runs alone on its core pair with the load generator, in turns. Skipped, with a sentence, without nginx or wrk.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal.tokens.scopes import Scope
from tests.bench import sample
from tests.bench.rounds import ROUNDS, Row, summary
from tests.bench.sample import Asked
from tests.bench.sizes import SECONDS

PORTAL, PEER, EDGE, NOTHING = 9631, 9632, 9633, 9634
ADDRESS = "http://127.0.0.1"
NGINX = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log crit; {user}
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream portal {{ server 127.0.0.1:{portal}; keepalive 32; }}
  upstream nothing {{ server 127.0.0.1:{nothing}; keepalive 32; }}
  server {{ listen 127.0.0.1:{nothing}; keepalive_requests 100000000; location / {{ return 204; }} }}
  server {{
    listen 127.0.0.1:{edge}; root {folder}; default_type text/plain;
    location = /nothing {{ return 204; }}
    location = /by-nothing {{ auth_request /_nothing; try_files /ok =404; }}
    location = /by-portal {{ auth_request /_portal; try_files /ok =404; }}
    location = /_nothing {{ internal; proxy_pass http://nothing; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_pass_request_body off; proxy_set_header Content-Length ""; }}
    location = /_portal {{ internal; proxy_pass http://portal/api/v1/verdicts; proxy_http_version 1.1;
      proxy_method POST; proxy_set_header Connection ""; proxy_set_header Host localhost;
      proxy_set_header Content-Type application/json; proxy_set_header Authorization "Bearer {token}";
      proxy_set_body '{{"fingerprint":"$http_x_fp","operation":"$http_x_op","element":"$http_x_el","explain":false}}'; }}
  }}
}}
"""
REPORT = """function done(s, l, r) io.write(string.format("RESULT %d %d %d %d\\n", s.requests, s.duration,
  s.errors.status, s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout)) end
"""


def rows() -> Iterator[Row]:
    """The three ratios of P1.4."""
    missing = [tool for tool in ("nginx", "wrk") if shutil.which(tool) is None]
    if missing:
        print(f"P1.4 : {' et '.join(missing)} absent de cette machine, section omise")
        return
    with tempfile.TemporaryDirectory(prefix="portail-bench-http-") as name, contextlib.ExitStack() as servers:
        folder = Path(name)
        folder.chmod(0o755)
        token = filled(Scope.VERDICTS_READ)
        _start(servers, folder, token)
        targets = _targets(folder, token)
        _check(targets)
        yield from _measured(targets)


def filled(scope: Scope) -> str:
    """Publishes the sample list and policy; returns the text of a token of this scope."""
    from policy.whitelist import publication
    from policy.whitelist.models import Publication
    from portal import installation
    from portal.accounts.roles import StaffRole
    from portal.tokens import operations as tokens
    from tests.factories.accounts import AgentFactory

    now = datetime.now(UTC)
    installation.install(now)  # with the policy delivered with the portal
    body = publication.canonical(sample.document(sample.entries("lean")))
    Publication.objects.create(
        environment="production",
        version=1,
        issued_at=now,
        expires_at=now + timedelta(days=1),
        count=sample.ENTRIES,
        digest="0" * 64,
        body=body,
        signature="x",
        key_id="x",
    )
    admin = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    life = {"expires_at": now + timedelta(days=30), "by": admin}
    return tokens.create(name="Mesure", owner="Mesure", scopes=[scope], **life)[1]  # type: ignore[arg-type]


def _start(servers: contextlib.ExitStack, folder: Path, token: str) -> None:
    from django.db import connection

    connection.close()
    data = Path(os.environ["DATA_DIR"])
    base = data / "portail.sqlite3"
    assert base.exists(), base
    user = "user root;" if os.getuid() == 0 else ""
    text = NGINX.format(folder=folder, portal=PORTAL, nothing=NOTHING, edge=EDGE, token=token, user=user)
    (folder / "nginx.conf").write_text(text)
    (folder / "ok").write_text("ok")
    granian = [
        "granian",
        "--interface",
        "wsgi",
        "portal.wsgi:application",
        "--host",
        "127.0.0.1",
        "--port",
        str(PORTAL),
    ]
    commands = {
        PORTAL: [sys.executable, "-m", *granian, "--workers", "1", "--no-ws", "--log-level", "warning"],
        EDGE: ["nginx", "-c", str(folder / "nginx.conf")],
    }
    if _has("gunicorn"):
        gunicorn = ["gunicorn", "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{PEER}", "--keep-alive", "600"]
        commands[PEER] = [sys.executable, "-m", *gunicorn, "--log-level", "error", "tests.bench.drf:application"]
    else:
        print("P1.4-drf : gunicorn n’est pas installé (requirements-bench.lock), ligne omise")
    for port, command in commands.items():
        servers.enter_context(_running(command, port))


def _has(module: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(module) is not None


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    """A server on the first core; the load comes from the second."""
    pinned = ["taskset", "-c", "0", *command] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else command
    process = subprocess.Popen(pinned, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int) -> None:
    for _ in range(1200):  # two minutes: a busy machine starts slowly
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


class Target:
    """An address and the script of its two thousand requests."""

    def __init__(self, url: str, script: Path) -> None:
        self.url, self.script = url, script

    def rate(self) -> float:
        """Requests per second over a second, or longer where a busy machine answers nothing in one."""
        for seconds in (SECONDS, 5 * SECONDS, 20 * SECONDS):
            if found := self._rate(seconds):
                return found
        raise TimeoutError(f"{self.url} answers nothing in {20 * SECONDS} seconds")

    def _rate(self, seconds: int) -> float:
        """Requests per second; any error of the network ends the measure."""
        requests, micros, wrong, lost = self._asked(seconds)
        assert wrong == lost == 0, f"{self.url} : {wrong} refus, {lost} pertes"
        return requests / micros * 1e6

    def warm(self) -> None:
        """Lets a fresh process build its index and open its connections under load, whatever it answers meanwhile."""
        self._asked(5 * SECONDS)

    def _asked(self, seconds: int) -> tuple[int, ...]:
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "20s", "-s", str(self.script), self.url]
        pinned = ["taskset", "-c", "1", *command] if (os.cpu_count() or 1) > 1 else command
        said = subprocess.run(pinned, capture_output=True, text=True, check=True).stdout
        return tuple(map(int, re.findall(r"RESULT (\d+) (\d+) (\d+) (\d+)", said)[0]))


def _targets(folder: Path, token: str) -> dict[str, Target]:
    book = sample.rulebook()
    asked = sample.questions(sample.entries("lean"), book, 2000)
    bare = _script(folder / "bare.lua", [_headers(q, "GET") for q in asked])
    posted = _script(folder / "post.lua", [_post(q, token) for q in asked])
    found = {
        "floor": Target(f"{ADDRESS}:{EDGE}/nothing", bare),
        "portal": Target(f"{ADDRESS}:{PORTAL}/api/v1/verdicts", posted),
        "by-nothing": Target(f"{ADDRESS}:{EDGE}/by-nothing", bare),
        "by-portal": Target(f"{ADDRESS}:{EDGE}/by-portal", bare),
    }
    if _has("gunicorn"):
        found["drf"] = Target(f"{ADDRESS}:{PEER}/decide", bare)
    return found


def _headers(q: Asked, method: str) -> str:
    headers = {"Host": "localhost", "X-Fp": q.fingerprint, "X-Op": q.operation, "X-El": q.element, "X-Eg": q.finess}
    return _request(method, {name: value for name, value in headers.items() if value}, "")


def _post(q: Asked, token: str) -> str:
    asked: dict[str, Any] = {"fingerprint": q.fingerprint, "operation": q.operation, "element": q.element}
    if q.finess:
        asked["establishment"] = q.finess
    headers = {"Host": "localhost", "Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    return _request("POST", headers, json.dumps({**asked, "explain": False}))


def _request(method: str, headers: dict[str, str], body: str) -> str:
    table = ",".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in headers.items())
    return f"R[#R+1] = wrk.format({json.dumps(method)}, wrk.path, {{{table}}}, {json.dumps(body)})"


def _script(path: Path, requests: list[str]) -> Path:
    lines = [*(f"fill[#fill+1] = function() {line} end" for line in requests)]
    path.write_text(
        "R = {}\nfill = {}\n"
        + "\n".join(lines)
        + "\nlocal i = 0\nfunction init(args) for _, f in ipairs(fill) do f() end end\n"
        + "function request() i = i + 1; if i > #R then i = 1 end; return R[i] end\n"
        + REPORT
    )
    return path


def _check(targets: dict[str, Target]) -> None:
    """Every server answers before anything is timed."""
    for target in targets.values():
        target.warm()
        target.rate()


def _measured(targets: dict[str, Target]) -> Iterator[Row]:
    rates: dict[str, list[float]] = {name: [] for name in targets}
    for turn in range(ROUNDS):
        names = list(targets)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            rates[name].append(targets[name].rate())
    over = _ratios(rates, "floor", "portal")
    yield summary("P1.4-floor", "décision par HTTP / « return 204 » de nginx", over, target=2.5)
    if "drf" in rates:
        faster = _ratios(rates, "portal", "drf")
        yield summary(
            "P1.4-drf", "décision contre une APIView DRF, gunicorn gthread", faster, target=12, better="higher"
        )
    asked = _ratios(rates, "by-nothing", "by-portal")
    yield summary("P1.4-auth", "auth_request vers le portail / vers un 204 de nginx", asked, target=1.4)


def _ratios(rates: dict[str, list[float]], above: str, below: str) -> list[float]:
    return [one / other for one, other in zip(rates[above], rates[below], strict=True)]
