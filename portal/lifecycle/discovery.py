"""Start-up: imports the rooms by which slices make themselves known (lifecycles, effects, clock jobs)."""

import importlib
import importlib.util
import pkgutil

ROOMS = ("permissions", "effects", "jobs")


def discover(app: str) -> None:
    """Imports the announcing rooms of every slice of an app, in alphabetical order."""
    package = importlib.import_module(app)
    for found in pkgutil.iter_modules(package.__path__, f"{app}."):
        if not found.ispkg:
            continue
        for room in ROOMS:
            if importlib.util.find_spec(f"{found.name}.{room}"):
                importlib.import_module(f"{found.name}.{room}")
