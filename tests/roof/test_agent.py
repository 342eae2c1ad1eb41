"""The stand-alone agent: same verdicts as the portal, from signed files, and nothing when they may not be believed."""

import hashlib
import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from policy.profiles import rulebook_file
from policy.verdicts import express, gate, index, moment
from policy.whitelist import publication
from portal.agent import KEY, LIST, POLICY, SIGNATURE, Agent
from portal.audit.signing import Signer
from tests.factories.whitelist import row

ROOT = Path(__file__).resolve().parents[2]
ISSUED = datetime(2026, 11, 20, 9, tzinfo=UTC)
NOW = (ISSUED + timedelta(hours=1)).timestamp()
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
POLICY_TEXT = rulebook_file.SHIPPED.read_text(encoding="utf-8")
BLOCK = """
import runpy, sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("django", "rest_framework"):
            raise ImportError(name)
sys.meta_path.insert(0, Nothing())
sys.argv = ["agent", sys.argv[1]]
runpy.run_module("portal.agent", run_name="__main__")
"""


def listed(*ranks: int, version: int = 7, policy: str = "1", issued: datetime = ISSUED) -> bytes:
    said = publication.content(
        [row(rank) for rank in ranks],
        environment="production",
        policy_version=policy,
        policy_digest=hashlib.sha256(POLICY_TEXT.encode()).hexdigest(),
    )
    return publication.document(said, version=version, issued_at=issued, expires_at=issued + publication.LIFE)


def without_digest(body: bytes) -> bytes:
    return publication.canonical({key: said for key, said in orjson.loads(body).items() if key != "policy_digest"})


def put(folder: Path, body: bytes, *, signer: Signer = SIGNER) -> None:
    (folder / LIST).write_bytes(body)
    (folder / SIGNATURE).write_text(signer.sign(body))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, listed(1, 2))
    (tmp_path / POLICY).write_text(POLICY_TEXT, encoding="utf-8")
    (tmp_path / KEY).write_text(SIGNER.public_pem)
    return tmp_path


class Clock:
    """An hour that a test turns."""

    now = NOW

    def __call__(self) -> float:
        return self.now


def question(rank: int, **changes: Any) -> dict[str, Any]:
    entry = row(rank)
    finess = entry.establishments[0] if entry.establishments else ""
    return {
        "client_id": entry.client_id,
        "operation": "patch",
        "element": "Location",
        "establishment": finess,
    } | changes


QUESTIONS = [
    question(1),
    question(1, establishment="750712184"),
    question(1, explain=False),
    question(2, operation="read", element="Organization.name"),
    question(2, client_id="personne"),
]


def test_it_says_what_the_portal_says(folder: Path) -> None:
    body, at = orjson.dumps(QUESTIONS), moment.of(NOW)
    opened = gate.over(index.build(orjson.loads(listed(1, 2)), rulebook_file.read(POLICY_TEXT)))
    said = Agent(folder, clock=Clock()).answer(body)
    assert said == (200, express.answer(body, lambda _: opened, at=at))
    assert {one["effect"] for one in orjson.loads(said[1])} == {"permit", "deny"}


def test_a_program_without_django_answers_line_by_line(folder: Path) -> None:
    put(folder, listed(1, issued=datetime.now(UTC)))
    lines = b"\n".join([orjson.dumps(question(1)), b"[]", orjson.dumps(question(2))])
    ran = subprocess.run([sys.executable, "-c", BLOCK, folder], cwd=ROOT, input=lines, capture_output=True, check=False)
    said = [orjson.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 1, ran.stderr.decode()  # one of the three was no question
    assert [one.get("effect", one.get("status")) for one in said] == ["permit", 422, "deny"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda folder: put(folder, listed(1), signer=Signer(Ed25519PrivateKey.generate())), "n’est pas signée"),
        (lambda folder: (folder / LIST).write_bytes(listed(1, 2, 3)), "n’est pas signée"),
        (lambda folder: (folder / SIGNATURE).unlink(), "Il manque un fichier"),
        (lambda folder: put(folder, listed(1, policy="2")), "version 2 de la politique"),
        (lambda folder: (folder / POLICY).write_text(f"{POLICY_TEXT}# brouillon\n"), "sans être le fichier"),
        (lambda folder: (folder / POLICY).write_text(POLICY_TEXT.replace("\n", "\r\n"), newline=""), "sans être"),
        (lambda folder: put(folder, without_digest(listed(1))), "sans être le fichier"),
        (lambda folder: put(folder, b"{}"), "ne se lisent pas"),
        (lambda folder: put(folder, b"<html>"), "ne se lisent pas"),
        (lambda folder: (folder / POLICY).write_text("format = 1"), "n’est pas une politique"),
        (lambda folder: (folder / KEY).write_text("clé"), "ne se lisent pas"),
        (lambda folder: put(folder, listed(1, issued=ISSUED - timedelta(days=2))), "a expiré"),
    ],
)
def test_what_may_not_be_believed_answers_nothing(folder: Path, change: Any, sentence: str) -> None:
    change(folder)
    status, said = Agent(folder, clock=Clock()).answer(orjson.dumps(question(1)))
    assert status == 503
    assert sentence in orjson.loads(said)["detail"]


def test_a_new_list_is_taken_within_a_second_and_a_false_one_leaves_the_former(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, asked = Clock(), orjson.dumps(question(2))

    def said() -> Any:
        return orjson.loads(agent.answer(asked)[1])

    agent = Agent(folder, clock=clock)
    assert said()["publication_version"] == 7
    put(folder, listed(1, version=8))
    assert said()["publication_version"] == 7  # looked at a moment ago
    clock.now += 1
    assert (said()["publication_version"], said()["effect"]) == (8, "deny")
    put(folder, listed(1, 2, version=9), signer=Signer(Ed25519PrivateKey.generate()))
    clock.now += 1
    assert said()["publication_version"] == 8
    assert "n’est pas signée" in (told := capsys.readouterr().err)
    assert "sert jusqu’à son expiration" in told
    put(folder, listed(1, 2, version=7))
    clock.now += 1
    assert (said()["publication_version"], said()["effect"]) == (8, "deny")
    assert "plus ancienne" in capsys.readouterr().err
    clock.now += publication.LIFE.total_seconds()
    assert said()["status"] == 503
    assert "a expiré" in said()["detail"]


@pytest.mark.parametrize(
    ("method", "length", "body", "status"),
    [
        ("POST", None, orjson.dumps(question(1)), "200"),
        ("POST", None, b"{", "422"),
        ("POST", None, orjson.dumps(question(1, environment="sandbox")), "422"),
        ("POST", "x", b"", "413"),
        ("POST", "999999999", b"", "413"),
        ("GET", None, b"", "405"),
    ],
)
def test_over_http(folder: Path, method: str, length: str | None, body: bytes, status: str) -> None:
    told: list[Any] = []
    size = str(len(body)) if length is None else length
    environ = {"REQUEST_METHOD": method, "CONTENT_LENGTH": size, "wsgi.input": io.BytesIO(body)}
    answer = b"".join(Agent(folder, clock=Clock())(environ, lambda *given: told.extend(given)))
    assert told[0].startswith(status)
    headers = dict(told[1])
    assert headers["Content-Type"] == ("application/json" if status == "200" else "application/problem+json")
    assert headers["Content-Length"] == str(len(answer))
