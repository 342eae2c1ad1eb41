"""One part of the bench, in a process and a portal of its own: `python -m tests.bench.part p6_certificates [server]`."""

import importlib
import json
import sys

from tests.bench import stage


def main(module: str, server: str = "") -> None:
    """Prints each row as a line of the table, then as JSON for the parent."""
    with stage.portal(server):
        for row in importlib.import_module(f"tests.bench.{module}").rows():
            print(row.as_line(), flush=True)
            print(json.dumps(row.as_json(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
