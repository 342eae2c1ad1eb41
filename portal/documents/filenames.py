"""Names of files as people give them, made harmless: no folder, no control or direction character, one extension."""

import re
import unicodedata

MAX_LENGTH = 120
_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)
_FORBIDDEN = re.compile(r'[<>:"|?*%;]')


def sanitise(name: str, *, extension: str) -> str:
    """The name as kept: at most 120 characters, ending with `extension` (``".pdf"``); "document" if nothing is left."""
    bare = _FOLDERS.sub("", unicodedata.normalize("NFC", name))
    plain = "".join(" " if unicodedata.category(c) in {"Zl", "Zp", "Zs"} else c for c in bare if _is_visible(c))
    stem = _FORBIDDEN.sub("_", plain).strip()
    if stem.lower().endswith(extension):
        stem = stem[: -len(extension)]
    stem = stem.strip(" .")[: MAX_LENGTH - len(extension)].strip(" .")
    return (stem or "document") + extension


def _is_visible(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")
