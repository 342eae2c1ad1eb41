"""Verdicts without the portal: a program beside a gateway, over the published list and the policy, and nothing else.

It imports no Django and opens no database: what decides are the modules of the portal, so that both say the same. Its
folder holds four files, renewed by whoever runs it: `liste.json` (the bytes of GET /api/v1/whitelist), `liste.sig` (the
header Whitelist-Signature), `politique.toml` (the file of the published policy) and `cle.pem` (the public key, compared
once by hand). A list that is not signed, that goes with another policy, or that expired answers nothing. The list alone
is signed; it states the number of the policy and the digest of its file, so that no other file is believed. Nobody else
writes in the folder. The agent asks nobody who he is: it listens for its gateway.

    python -m portal.agent DOSSIER < questions                       one question a line, one answer a line
    AGENT_FOLDER=DOSSIER granian --interface wsgi --factory portal.agent:application
"""

import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from policy.profiles import rulebook_file
from policy.verdicts import express, gate, index, moment
from policy.verdicts.gate import Gate
from portal.audit import signing

LIST, SIGNATURE, POLICY, KEY = "liste.json", "liste.sig", "politique.toml", "cle.pem"
LONGEST_BODY = 256 * 1024
LOOK_EVERY = 1.0  # seconds between two looks at the files
JSON, PROBLEM = "application/json", "application/problem+json"
UNREADABLE = (
    "Cette question n’est pas de celles qu’une passerelle pose : posez-la au portail, qui dit ce qui ne va pas."
)

Environ = dict[str, Any]
Marks = tuple[tuple[int, int, int], ...]


class Unusable(Exception):
    """The files give no list to answer from; the message says why in French."""


class Held(NamedTuple):
    """What answers, until a POSIX instant, and the marks of the files it was read from."""

    gate: Gate
    until: float
    marks: Marks


class Agent:
    """Answers from the files of a folder, and takes them again when they change; a WSGI application."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.folder, self.clock = folder, clock
        self._held: Held | None = None
        self._looked, self._fault = -LOOK_EVERY, ""
        self._reading = threading.Lock()

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """The status and the JSON of the answer to one question, or to a list of them."""
        now = self.clock()
        try:
            held = self._current(now)
        except Unusable as fault:
            return 503, _problem(503, str(fault))
        said = express.answer(body, lambda environment: _of(held.gate, environment), at=moment.of(now))
        return (200, said) if said is not None else (422, _problem(422, UNREADABLE))

    def _current(self, now: float) -> Held:
        """The list in force. Raises Unusable; one that cannot be taken is told, and the former serves its time."""
        if abs(now - self._looked) >= LOOK_EVERY and self._reading.acquire(blocking=self._held is None):
            try:
                self._take(now)
            finally:
                self._reading.release()
        if self._held is None:
            raise Unusable(self._fault)
        if now > self._held.until:
            raise Unusable(f"La liste blanche a expiré. {self._fault}".strip())
        return self._held

    def _take(self, now: float) -> None:
        try:
            marks = _marks(self.folder)
            if self._held is None or marks != self._held.marks:
                self._held = _newer(_read(self.folder, marks), self._held)
            self._fault = ""
        except Unusable as fault:
            if str(fault) != self._fault:
                kept = " La liste précédente sert jusqu’à son expiration." if self._held else ""
                print(f"agent : {fault}{kept}", file=sys.stderr, flush=True)
            self._fault = str(fault)
        self._looked = now

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """POST with the questions; anything else is told what to do."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if environ["REQUEST_METHOD"] != "POST":
            status, said = 405, _problem(405, "Posez la question par POST, en JSON.")
        elif not length.isdecimal() or int(length) > LONGEST_BODY:
            status, said = 413, _problem(413, "Cette question est trop longue.")
        else:
            status, said = self.answer(environ["wsgi.input"].read(int(length)))
        kind = JSON if status == 200 else PROBLEM
        start(f"{status} {_WORDS[status]}", [("Content-Type", kind), ("Content-Length", str(len(said)))])
        return [said]


_WORDS = {
    200: "OK",
    405: "Method Not Allowed",
    413: "Content Too Large",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}


def _newer(taken: Held, former: Held | None) -> Held:
    """What was just read, unless it is an older list of the same environment than the one that answers."""
    new, old = taken.gate.index, former.gate.index if former else None
    if old and new.environment == old.environment and new.version < old.version:
        raise Unusable(f"La liste {new.version} est plus ancienne que celle qui sert, la {old.version}.")
    return taken


def _of(held: Gate, environment: str) -> Gate | None:
    return held if environment == held.index.environment else None


def _marks(folder: Path) -> Marks:
    try:
        found = [(folder / name).stat() for name in (LIST, SIGNATURE, POLICY, KEY)]
    except OSError as error:
        raise Unusable(f"Il manque un fichier : {error.filename}.") from error
    return tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in found)


def _read(folder: Path, marks: Marks) -> Held:
    try:
        body, signature = (folder / LIST).read_bytes(), (folder / SIGNATURE).read_text("ascii").strip()
        key = load_pem_public_key((folder / KEY).read_bytes()).public_bytes(Encoding.Raw, PublicFormat.Raw)
        if not signing.verifies(body, signature, key):
            raise Unusable("La liste n’est pas signée par la clé du portail.")
        document = orjson.loads(body)
        policy = (folder / POLICY).read_bytes()
        book = rulebook_file.read(policy.decode("utf-8"))
        if book.number != document["policy_version"]:
            told = f"La liste va avec la version {document['policy_version']} de la politique"
            raise Unusable(f"{told}, et {POLICY} est la version {book.number}.")
        if hashlib.sha256(policy).hexdigest() != document.get("policy_digest"):
            told = f"{POLICY} porte le numéro {book.number} sans être le fichier de la version publiée"
            raise Unusable(f"{told} : téléchargez-le de nouveau sur la page de la politique.")
        until = datetime.fromisoformat(document["expires_at"]).timestamp()
        return Held(gate.over(index.build(document, book)), until, marks)
    except rulebook_file.RulebookRefused as error:
        raise Unusable(f"{POLICY} n’est pas une politique : {error}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unusable(f"Ces fichiers ne se lisent pas : {error}.") from error


def _problem(status: int, detail: str) -> bytes:
    return orjson.dumps({"type": "about:blank", "title": _WORDS[status], "status": status, "detail": detail})


def application() -> Agent:
    """The agent of the folder that AGENT_FOLDER names, for a WSGI server."""
    return Agent(Path(os.environ["AGENT_FOLDER"]))


def main(folder: str) -> int:
    """Answers the lines of the standard input; 1 when one of them has no verdict."""
    agent, refused = Agent(Path(folder)), False
    for line in sys.stdin.buffer:
        status, said = agent.answer(line)
        refused = refused or status != 200
        sys.stdout.buffer.write(said + b"\n")
        sys.stdout.buffer.flush()
    return int(refused)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
