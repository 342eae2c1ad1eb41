"""Notes the mails that came back: `manage.py read_bounces < avis.eml`, or `--maildir /var/mail/retours`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.lifecycle.errors import Refusal
from portal.mail import bounces, operations


class Command(BaseCommand):
    """One notice of non-delivery on the standard input, or all the new ones of a folder."""

    help = "Note les avis de non-remise (RFC 3464) : leurs adresses deviennent des contacts douteux."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, when the notice does not come on the standard input."""
        parser.add_argument("--maildir", type=Path, help="dossier Maildir dont lire les nouveaux messages")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads and tells. Raises CommandError, in French, when nothing could be read."""
        folder: Path | None = options["maildir"]
        if folder is None:
            self._tell(self._one())
            return
        try:
            tally = operations.read_returns(folder, at=timezone.now())
        except OSError as error:
            raise CommandError(f"Le dossier {folder} ne peut pas être lu : {error.strerror}.") from error
        self.stdout.write(f"{tally.read} messages lus, {len(tally.left)} laissés de côté.")
        for sentence in tally.left:
            self.stderr.write(sentence)
        self._tell(tally.addresses)

    def _one(self) -> list[str]:
        try:
            report = bounces.read(sys.stdin.buffer.read(bounces.LONGEST + 1))
            return operations.note_returned(report, at=timezone.now())
        except (bounces.Unreadable, Refusal) as error:
            raise CommandError(str(error)) from error

    def _tell(self, addresses: list[str]) -> None:
        said = ", ".join(addresses) if addresses else "aucune"
        self.stdout.write(f"Adresses désormais douteuses : {said}.")
