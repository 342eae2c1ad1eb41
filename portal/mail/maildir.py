"""A folder in which a mail server leaves messages, one file each (Maildir): what is new there, and putting it away."""

import os
from contextlib import suppress
from pathlib import Path


def waiting(folder: Path, *, limit: int) -> list[Path]:
    """The first `limit` new messages, by name; links are left alone. Raises OSError for a folder it cannot read."""
    with os.scandir(folder / "new") as entries:
        names = sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    return [folder / "new" / name for name in names[:limit]]


def content(path: Path, *, limit: int) -> bytes:
    """The first bytes of a message, one more than `limit` at most: enough to see that it is too long."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def put_away(path: Path) -> None:
    """Marks a message as seen, as mail readers do: it moves to `cur`, unless another reader took it away."""
    seen = path.parent.parent / "cur"
    seen.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        path.rename(seen / f"{path.name.partition(':')[0]}:2,S")
