"""One part of the bench, in a process and a portal of its own: `python -m tests.bench.part p6_certificates [server]`."""

import importlib
import json
import signal
import sys

from tests.bench import kept, stage

IN_MEMORY = frozenset(
    {"p1_decision", "p1_largest", "p1_nginx", "p5_documents", "p6_certificates"}
)  # parts that need no table
ON_LARGE_SET = frozenset({"p4_pages"})


def main(module: str, server: str = "") -> None:
    """Prints each row as a line of the table, then as JSON for the parent. Told to stop, it leaves nothing behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(f"{module} : arrêté, trop long"))
    copied = "" if module in IN_MEMORY else kept.ready("large" if module in ON_LARGE_SET else "empty", server)
    with stage.portal(server, migrated=False, copied=copied):
        for row in importlib.import_module(f"tests.bench.{module}").rows():
            print(row.as_line(), flush=True)
            if row.is_made:
                print(json.dumps(row.as_json(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
