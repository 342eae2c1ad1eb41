"""Web server and worker start and stop together, at any instant; the end of one ends the other."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.supervisor import Supervisor, address

ROOT = Path(__file__).resolve().parents[2]
LASTING = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
DEAF_AT_FIRST = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "time.sleep(1.5)\n"
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
    "time.sleep(60)"
)
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from portal import supervisor
supervisor.GRACE = {grace}
sys.exit(supervisor.Supervisor([[sys.executable, "-c", child] for child in {children!r}]).run())
"""


def supervised(*children: str, grace: float = 5) -> subprocess.Popen[bytes]:
    script = SCRIPT.format(root=str(ROOT), grace=grace, children=list(children))
    return subprocess.Popen([sys.executable, "-c", script], start_new_session=True)


def left_behind(parent: int) -> str:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return found.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("instant", [0.0, 0.05, 0.3, 1.0])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_at_any_instant_ends_both(instant: float, number: signal.Signals) -> None:
    parent = supervised(LASTING, LASTING)
    time.sleep(0.15 + instant)  # the interpreter itself needs a moment before it can hear anything
    parent.send_signal(number)
    assert parent.wait(timeout=10) in (0, -number)
    assert left_behind(parent.pid) == ""


@pytest.mark.slow
def test_a_child_deaf_to_its_first_stop_hears_a_later_one() -> None:
    parent = supervised(LASTING, DEAF_AT_FIRST, grace=15)
    time.sleep(0.8)
    started = time.monotonic()
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(timeout=14) == 0
    assert time.monotonic() - started < 10


@pytest.mark.slow
def test_a_child_that_will_not_stop_is_killed_after_the_grace() -> None:
    parent = supervised(LASTING, DEAF, grace=2)
    time.sleep(0.8)
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(timeout=10) == 0


def test_the_fall_of_one_ends_the_other_and_is_told() -> None:
    assert supervised("import sys; sys.exit(3)", LASTING).wait(timeout=10) == 1


def test_nothing_is_started_after_a_stop_was_asked() -> None:
    supervisor = Supervisor([[sys.executable, "-c", LASTING]])
    supervisor.stopping = True
    supervisor.stop()
    assert supervisor.children == []


@pytest.mark.parametrize(
    ("host", "opened"),
    [
        ("127.0.0.1", "http://localhost:8000"),
        ("::", "http://localhost:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
        ("2001:db8::5", "http://[2001:db8::5]:8000"),
    ],
)
def test_the_address_to_open_is_one_that_a_browser_understands(host: str, opened: str) -> None:
    assert address(host, 8000) == opened
