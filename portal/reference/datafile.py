"""The slice's own reference files (`data/`, see its SOURCES.md): `;`, UTF-8, a header."""

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file, by column. Raises FileNotFoundError for a name the slice does not hold."""
    text = files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def nomenclatures() -> list[tuple[str, bytes]]:
    """(name, bytes) of the nomenclature files delivered with the portal, by name."""
    folder = files(__package__).joinpath("data", "nomenclatures")
    return sorted((file.name, file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".json"))
