"""What decides needs neither Django nor a database: a stand-alone program may hold it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from datetime import datetime, timezone

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("django", "rest_framework"):
            raise ImportError(name)

sys.meta_path.insert(0, Nothing())
from policy.profiles import rulebook_file
from policy.verdicts import decision, gate, index, simulation, stored
from policy.verdicts.question import Question

book = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
held = stored.unpacked(sys.stdin.buffer.read(), book, key=b"k", name="liste")
asked = Question("patch", datetime(2026, 3, 3, tzinfo=timezone.utc), client_id="ror-1", element="Location",
                 establishment="350054680")
said = decision.decide(held, asked)
outcome, entry = gate.over(held).by_client_id("ror-1", "patch", "Location", "350054680", asked.at.timestamp())
print(said.effect.value, outcome.effect.value, entry, simulation.answer(held, asked).verdict == said)
"""


def test_a_program_without_django_gives_the_same_verdict() -> None:
    from policy.profiles.rulebook import EMPTY
    from policy.verdicts import index, stored
    from tests.factories import verdicts as made

    kept = stored.packed(index.build(made.document(made.entry(1)), EMPTY), key=b"k", name="liste")
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, input=kept, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout.decode().split() == ["permit", "permit", "LB-000001", "True"]
