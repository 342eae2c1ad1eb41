"""One part of the bench, in a process and a portal of its own: `python -m tests.bench.part p6_certificates [server]`."""

import importlib
import json
import sys

from tests.bench import stage

IN_MEMORY = frozenset({"p1_decision", "p1_largest", "p5_documents", "p6_certificates"})  # parts that need no table


def main(module: str, server: str = "") -> None:
    """Prints each row as a line of the table, then as JSON for the parent."""
    with stage.portal(server, migrated=module not in IN_MEMORY):
        for row in importlib.import_module(f"tests.bench.{module}").rows():
            print(row.as_line(), flush=True)
            print(json.dumps(row.as_json(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
