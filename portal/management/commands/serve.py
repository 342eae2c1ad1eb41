"""`manage.py serve`: web server and worker together, on one machine."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import installation
from portal.supervisor import Supervisor, address, commands


class Command(BaseCommand):
    """Starts the embedded run."""

    help = "Démarre le serveur web et le travailleur ; Ctrl-C arrête les deux."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Runs until both are stopped."""
        installation.refuse_demonstration()
        os.environ.update(HOST=host, PORT=str(port))  # what the children answer to, and write in mails
        self.stdout.write(f"\nLe portail est ouvert : {address(host, port)}  (Ctrl-C pour l’arrêter)\n")
        self.stdout.flush()  # at once in a file or a journal too
        sys.exit(Supervisor(commands(host=host, port=port)).run())
