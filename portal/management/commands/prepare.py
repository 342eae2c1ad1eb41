"""`manage.py prepare`: brings the portal to the point where it may serve: database, static files, reference data.

Does only what is missing: a second call takes a second. In demonstration mode, an empty portal gets its story.
"""

import hashlib
import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal import installation
from portal.accounts import operations as accounts
from portal.accounts.models import User


class Command(BaseCommand):
    """Prepares the installation."""

    help = "Prépare la base, les fichiers statiques, les données de référence et, en démonstration, son histoire."

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs each stage; each says what it did when it did something. Ctrl-C ends it in a sentence."""
        try:
            self._prepare()
        except KeyboardInterrupt:
            raise SystemExit("\nPréparation interrompue : relancez la même commande, elle reprendra.") from None

    def _prepare(self) -> None:
        logging.getLogger().setLevel(logging.WARNING)
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            installation.refuse_other_version()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0)
        self._collect_static()
        if settings.DEMO and not User.objects.exists():
            self._tell_story()
        installation.install(timezone.now())
        if not settings.DEMO and not User.objects.exists():
            self._invite_administrator()

    def _collect_static(self) -> None:
        stamp = settings.STATIC_ROOT / ".collected"
        sources = _digest_of_static()
        if stamp.exists() and stamp.read_text() == sources:
            return
        self.stdout.write("Préparation des fichiers statiques…")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(sources)

    def _tell_story(self) -> None:
        from portal.demo import stage

        now = timezone.now()
        self.stdout.write("Préparation de la démonstration (une à deux minutes)…")
        stage.seal_documents(now)
        with transaction.atomic():  # whole or not at all: an interrupted preparation starts over
            installation.install(stage.opening(now))
            stage.play(now)

    def _invite_administrator(self) -> None:
        code = accounts.first_administrator_code()
        self.stdout.write(f"\nPortail vide : ouvrez {settings.PUBLIC_URL}/installation/ et saisissez le code {code}\n")


def _digest_of_static() -> str:
    """Changes when our static files or the locked libraries change."""
    digest = hashlib.sha256()
    roots = [Path(root) for root in settings.STATICFILES_DIRS]
    for path in sorted(path for root in roots for path in root.rglob("*") if path.is_file()):
        digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    digest.update((settings.BASE_DIR / "requirements.lock").read_bytes())
    return digest.hexdigest()
