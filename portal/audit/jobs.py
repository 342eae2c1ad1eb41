"""The clock's part: a signed checkpoint every quarter of an hour, in a file outside the database."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from portal.calendar.schedule import every

from . import operations, signing


def checkpoint_file() -> Path:
    """Where the checkpoints go; production puts it on another disk or host (setting CHECKPOINT_FILE)."""
    return Path(settings.CHECKPOINT_FILE)


def signer() -> signing.Signer:
    """The key of the checkpoints, made on first use in the embedded run only."""
    return signing.load(Path(settings.CHECKPOINT_KEY_FILE), create=settings.EMBEDDED)


@every(seconds=900)
def keep_checkpoint(now: datetime) -> None:
    """Writes a checkpoint when the journal moved."""
    operations.write_checkpoint(signer(), checkpoint_file(), at=now)
