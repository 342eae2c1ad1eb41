"""`manage.py check_templates`: compiles every template of the project."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError
from django.template.loader import get_template


class Command(BaseCommand):
    """Fails on the first template that does not compile, naming it."""

    help = "Compile tous les gabarits."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compiles them all; raises CommandError listing those that do not compile."""
        root = Path(settings.BASE_DIR) / "templates"
        names = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
        if broken := [sentence for name in names if (sentence := self._broken(name))]:
            raise CommandError("\n".join(broken))
        self.stdout.write(f"{len(names)} gabarits compilés.")

    def _broken(self, name: str) -> str:
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            return f"{name} : {error}"
        return ""
