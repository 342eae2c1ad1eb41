"""The contract of rooms: what a room of a slice may import, read from the table of docs/architecture.md.

Used by import-linter (`pyproject.toml`), beside its own contracts for floors and slices.
"""

from collections.abc import Iterable

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

APPS = ("portal", "policy", "onboarding")
ROOF = frozenset(
    {"settings", "management", "demo", "urls", "api", "admin", "tasks", "celery", "worker", "supervisor", "wsgi"}
    | {"lifecycles", "installation", "apps"}
)

# rank of each room; a room imports only rooms of a lower rank. An unknown name is a pure module: rank 0.
ROOMS = {
    "models": 1,
    "triggers": 1,
    "queries": 2,
    "permissions": 3,
    "effects": 4,
    "operations": 5,
    "client": 5,  # the only way out (portal.outbound)
    "forms": 6,
    # the web's own rooms, which views of every slice stand on
    "access": 7,
    "acting": 7,
    "context": 7,
    "downloads": 7,
    "lists": 7,
    "pages": 7,
    "parsers": 7,
    "problems": 7,
    "authentication": 7,
    "throttle": 7,
    "schema": 7,
    "views": 8,
    "api": 8,
    "jobs": 8,
    "middleware": 8,
    "adapter": 8,
    "urls": 9,
}
SHARED = frozenset({"models", "triggers", "queries", "permissions", "operations"})  # may import their like elsewhere
PRIVATE = frozenset({"forms", "views", "api", "jobs", "middleware", "adapter", "urls", "effects"})  # of one slice only
OPEN_SLICES = frozenset({"portal.web"})  # whose rooms every slice stands on
FRAMEWORK = ("django", "rest_framework", "allauth", "dsfr", "celery", "httpx", "redis", "psycopg", "axes")


def room_of(module: str) -> tuple[str, str] | None:
    """(slice, room) of a module: ``policy.grants.models`` is (``policy.grants``, ``models``). None outside slices."""
    parts = module.split(".")
    if len(parts) < 3 or parts[0] not in APPS or parts[1] in ROOF or parts[1] in ("migrations", "templatetags"):
        return None
    return ".".join(parts[:2]), parts[2]


def broken(importer: str, imported: str) -> str:
    """Why the import breaks the table of rooms; empty when it does not."""
    source = room_of(importer)
    if source is None:
        return ""
    slice_, room = source
    rank = ROOMS.get(room, 0)
    if imported.split(".")[0] in FRAMEWORK:
        return f"{importer} is a pure module and imports {imported}" if rank == 0 else ""
    target = room_of(imported)
    if target is None:
        return ""
    return _between(slice_, room, rank, *target, importer, imported)


def _between(slice_: str, room: str, rank: int, other: str, other_room: str, importer: str, imported: str) -> str:
    other_rank = ROOMS.get(other_room, 0)
    if slice_ != other and other_room in PRIVATE and other not in OPEN_SLICES:
        return f"{importer} uses the {other_room} of another slice: {imported}"
    if room == "effects" and other_room == "operations" and other.startswith("portal."):
        return ""  # effects may call the ground's operations
    same = other_rank == rank and (rank == 0 or room in SHARED or other in {slice_, *OPEN_SLICES})
    if other_rank < rank or same:
        return ""
    return f"{importer} ({room}) looks down to {imported} ({other_room})"


def violations(imports: Iterable[tuple[str, str]]) -> list[str]:
    """The sentences of every broken import, sorted."""
    return sorted({sentence for importer, imported in imports if (sentence := broken(importer, imported))})


class RoomsContract(Contract):
    """import-linter's view of the table of rooms."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Judges every direct import between modules of the project, and of pure modules outside."""
        imports = [
            (importer, imported)
            for importer in graph.modules
            if room_of(importer)
            for imported in graph.find_modules_directly_imported_by(importer)
        ]
        found = violations(imports)
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints the sentences."""
        for sentence in check.metadata["found"]:
            output.print_error(sentence)
