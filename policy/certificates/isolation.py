"""Untrusted certificates are opened in a child process, bounded in time and memory: its crash is a French refusal here.

One child per deposit, about 50 ms: a deposit is rare, and a fresh process has nothing to leak into the next one. The
bytes travel on its standard input, never on a command line nor through a file, so that a private key sent by mistake
is kept nowhere.
"""

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from . import deposit, inspection
from .inspection import Inspection, Limits
from .trust import Anchor

_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from policy.certificates.inspection import main; main()"
_MAX_INPUT = 16 * deposit.MAX_BYTES  # beyond, only the search for a private key matters


def inspect(data: bytes, anchors: Sequence[Anchor], *, at: datetime, limits: Limits = Limits()) -> Inspection:
    """As `inspection.inspect`, in a bounded child. Raises deposit.Unreadable, also when the child dies or lasts."""
    asked = inspection.question(data[:_MAX_INPUT], anchors, at=at, limits=limits)
    try:
        return inspection.understood(_child(asked, limits.wall_seconds))
    except (subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError) as error:
        raise deposit.refuse("unopened") from error


def _child(asked: bytes, wall_seconds: float) -> bytes:
    """The child's output. Raises subprocess.SubprocessError when it fails or lasts."""
    return subprocess.run(  # noqa: S603 - our own interpreter and our own module
        [sys.executable, "-I", "-B", "-c", _START, str(_ROOT)],
        input=asked,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback could quote what was deposited
        timeout=wall_seconds,
        check=True,
        cwd="/",
        env={"LC_ALL": "C.UTF-8"},
    ).stdout
