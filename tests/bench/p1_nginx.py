"""P1.5 and P1.6: the exported list in a real nginx, ten thousand entries: agreement, price of the map, time to refuse.

The map is the one that gateways include, read here from a header instead of the certificate of a handshake, so that two
thousand callers can be asked without as many keys. Skipped, with a sentence, without nginx; the price without wrk.
"""

import contextlib
import http.client
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policy.gateways import nginx
from policy.gateways.nginx import READ, VARIABLE, Comparison, Spelled
from policy.profiles.engine import Effect
from policy.verdicts import gate, index
from tests.bench import p1_handshakes, p1_http, sample
from tests.bench.p1_http import ADDRESS, Target, _running
from tests.bench.rounds import ROUNDS, Row, apart, summary

PORT, ASKED = 9635, 2000
CONFIG = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log crit; {user}
events {{ worker_connections 512; }}
http {{ access_log off; keepalive_requests 100000000; map_hash_max_size 262144; map_hash_bucket_size 128;
  include {folder}/list.map;
  server {{ listen 127.0.0.1:{port};
    location = /nothing {{ return 204; }}
    location = /listed {{ if ({variable} = "") {{ return 403; }} return 204; }}
  }}
}}
"""


def rows() -> Iterator[Row]:
    """The rows of the exported list."""
    if shutil.which("nginx") is None:
        print("P1.5, P1.6 : nginx absent de cette machine, section omise")
        return
    listed, book = sample.entries("lean"), sample.rulebook()
    document = sample.document(listed)
    with tempfile.TemporaryDirectory(prefix="portail-bench-nginx-") as name, contextlib.ExitStack() as servers:
        folder = Path(name)
        folder.chmod(0o755)
        _write(folder, document)
        user = "user root;" if os.getuid() == 0 else ""
        config = CONFIG.format(folder=folder, port=PORT, user=user, variable=VARIABLE)
        (folder / "nginx.conf").write_text(config)
        servers.enter_context(_running(["nginx", "-c", str(folder / "nginx.conf")], PORT))
        questions = sample.questions(listed, book, ASKED)
        yield from apart(
            _agreement(document, book, questions),
            _price(folder, questions),
            p1_handshakes.rows(document),
            _refusal(folder, document, listed),
        )


def _write(folder: Path, document: dict[str, Any]) -> None:
    """The file that gateways include, its certificates spelled by the first forty figures of their fingerprint."""
    prints = [one["sha256"] for entry in document["entries"] for one in entry["certificates"]]
    spelled = {each: Spelled(each[:40], "") for each in prints}
    text = nginx.rendered(document, spelled, Comparison.FINGERPRINT)
    (folder / "list.map").write_text(text.replace(READ[Comparison.FINGERPRINT], "$http_x_fp"))


def _status(line: http.client.HTTPConnection, fingerprint: str) -> int:
    line.request("GET", "/listed", headers={"X-Fp": fingerprint[:40]})
    answer = line.getresponse()
    answer.read()
    return answer.status


def _agreement(document: dict[str, Any], book: Any, questions: list[Any]) -> Iterator[Row]:
    """The share of callers whom nginx and the index do not treat alike: admitted, or unknown or suspended."""
    held = index.build(document, book)
    opened, line = gate.over(held), http.client.HTTPConnection("127.0.0.1", PORT)
    closed = {"unknown_caller", "suspended", "not_in_force", "not_yet_effective", "certificate_expired"}
    wrong = 0
    for q in questions:
        found, _ = opened.by_fingerprint(q.fingerprint, q.operation, q.element, q.finess, sample.AT.timestamp())
        admitted = found.effect is Effect.PERMIT or found.code not in closed
        wrong += admitted is not (_status(line, q.fingerprint) == 204)
    yield summary(
        "P1.5-agreement", "appelants que nginx et l’index traitent autrement", [wrong / len(questions)], target=0
    )


def _price(folder: Path, questions: list[Any]) -> Iterator[Row]:
    requests = [p1_http._request("GET", {"Host": "localhost", "X-Fp": q.fingerprint[:40]}, "") for q in questions]
    script = p1_http._script(folder / "listed.lua", requests)
    script.write_text(script.read_text().replace("s.errors.status", "0"))  # a refusal is an answer here
    bare, mapped = (Target(f"{ADDRESS}:{PORT}/{name}", script) for name in ("nothing", "listed"))
    ratios = [bare.rate() / mapped.rate() for _ in range(ROUNDS)]
    yield summary("P1.5-map", "liste exportée dans nginx / « return 204 »", ratios, target=1.25)


def _refusal(folder: Path, document: dict[str, Any], listed: list[dict[str, Any]]) -> Iterator[Row]:
    """Seconds from a suspension written in the file to the first of fifty refusals in a row, each on a new connection."""
    master = int((folder / "nginx.pid").read_text())
    spans = []
    for entry in [one for one in listed if one["state"] == "approved"][:ROUNDS]:
        fingerprint = entry["certificates"][0]["sha256"]
        entry["state"], began = "suspended", time.perf_counter()
        _write(folder, document)
        os.kill(master, signal.SIGHUP)
        spans.append(_until_refused(fingerprint) - began)
    yield summary("P1.6-nginx", "suspension écrite → tout est refusé par nginx, en secondes", spans, target=1)


def _until_refused(fingerprint: str) -> float:
    """The instant of the first of fifty refusals in a row; a minute at most."""
    first, alike, limit = 0.0, 0, time.perf_counter() + 60
    while alike < 50:
        assert time.perf_counter() < limit, "nginx does not take the new list"
        line = http.client.HTTPConnection("127.0.0.1", PORT)
        refused = _status(line, fingerprint) == 403
        line.close()
        first = first if alike else time.perf_counter()
        alike = alike + 1 if refused else 0
    return first
