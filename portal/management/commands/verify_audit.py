"""`manage.py verify_audit`: verifies the journal against itself and against its checkpoints."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit import checkpoint, jobs, queries


class Command(BaseCommand):
    """Says how far the journal holds; fails on the first thing that does not."""

    help = "Vérifie la chaîne du journal, les détails et les points de contrôle signés."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError naming what is broken."""
        report = queries.verify()
        if not report.holds:
            raise CommandError(f"Journal rompu à l’événement {report.broken_at} : {report.reason}.")
        path = jobs.checkpoint_file()
        lines = checkpoint.read(path.read_text()) if path.exists() else []
        if lines and (found := queries.against(lines, jobs.signer().public)):
            raise CommandError("\n".join(found))
        self.stdout.write(f"Journal intact : {report.count} événements, {len(lines)} points de contrôle.")
