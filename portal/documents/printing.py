"""Having a document printed by the press, a child process kept warm, bounded in time, replaced after any failure."""

import atexit
import base64
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .press import BROKEN, LENGTH, REFUSED, Unprintable

SECONDS = 30.0  # for one document, start of the press included
JOBS = 200  # after which the press is renewed
ROOT = Path(__file__).resolve().parent.parent.parent
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

__all__ = ["Embedded", "Unprintable", "render"]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file carried inside a PDF: its name, what it is, its bytes."""

    name: str
    description: str
    content: bytes


def render(html: str, *, theme: str, embedded: Sequence[Embedded] = ()) -> bytes:
    """The PDF (PDF/A-3a and PDF/UA-1) of a whole HTML document. Raises Unprintable: never half a document."""
    job = {
        "html": _NOT_XML.sub("\ufffd", html),
        "theme": theme,
        "attachments": [
            {"name": one.name, "description": one.description, "data": base64.b64encode(one.content).decode()}
            for one in embedded
        ],
    }
    with _lock:
        answer = _press().ask(json.dumps(job).encode())
    if not answer.startswith(b"%PDF-"):
        raise Unprintable(answer.removeprefix(REFUSED).removeprefix(BROKEN).decode(errors="replace"))
    return answer


class _Press:
    """The child process. It inherits no secret of the environment and no open file."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.jobs = 0
        self.folder = tempfile.mkdtemp(prefix="presse-")
        self.complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.documents.press"],
            cwd=ROOT,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/"), "TMPDIR": self.folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
        )

    @property
    def is_usable(self) -> bool:
        """False once it died, served its time, or when this process is a copy of the one that started it."""
        return self.owner == os.getpid() and self.process.poll() is None and self.jobs < JOBS

    def ask(self, job: bytes) -> bytes:
        """One answer to one job. Raises Unprintable, and ends the press, when it dies or lasts too long."""
        timer = threading.Timer(SECONDS, self.process.kill)
        began = time.monotonic()
        timer.start()
        try:
            self.jobs += 1
            return self._exchange(job)
        except (OSError, EOFError) as error:
            late = time.monotonic() - began >= SECONDS
            reason = f"plus de {SECONDS:.0f} secondes" if late else f"la presse s’est arrêtée {self._last_words()}"
            self.end()
            raise Unprintable(reason.strip()) from error
        finally:
            timer.cancel()

    def _exchange(self, job: bytes) -> bytes:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(LENGTH.pack(len(job)) + job)
        self.process.stdin.flush()
        header = self.process.stdout.read(LENGTH.size)
        size = LENGTH.unpack(header)[0] if len(header) == LENGTH.size else 0
        answer = self.process.stdout.read(size)
        if not size or len(answer) != size:
            raise EOFError
        if answer.startswith(BROKEN):
            self.jobs = JOBS  # its state is unknown: it is not used again
        return answer

    def _last_words(self) -> str:
        """What the child said before it died: a system library missing, for instance."""
        self.process.kill()
        self.process.wait()
        self.complaints.seek(0)
        lines = self.complaints.read().decode(errors="replace").strip().splitlines()
        return f"({lines[-1][:200]})" if lines else ""

    def end(self) -> None:
        """Stops the child and takes its folder away; nothing to do in a forked copy."""
        if self.owner != os.getpid():
            return
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.complaints):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):  # an unsent job goes with its press
                    stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)


_lock = threading.Lock()
_current: list[_Press] = []


def _press() -> _Press:
    """The press in service, started or renewed when needed. Under the lock."""
    if _current and not _current[0].is_usable:
        _current.pop().end()
    if not _current:
        _current.append(_Press())
    return _current[0]


@atexit.register
def close() -> None:
    """Stops the press with the portal's process."""
    while _current:
        _current.pop().end()
