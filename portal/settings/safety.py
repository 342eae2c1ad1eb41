"""What production refuses to start with, each with a French sentence (requirement OP-02)."""

import os
import stat
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe(settings: Any) -> None:
    """Raises ImproperlyConfigured listing every unsafe value; says nothing of the embedded run."""
    if settings.EMBEDDED:
        return
    if found := unsafe(settings):
        raise ImproperlyConfigured("Le portail refuse de démarrer : " + " ; ".join(found) + ".")


def unsafe(settings: Any) -> list[str]:
    """The unsafe values, as French sentences."""
    judged = [
        (settings.DEBUG, "DEBUG est actif"),
        (settings.DEMO, "le mode démonstration est actif"),
        (len(settings.SECRET_KEY) < 50, "SECRET_KEY manque ou compte moins de 50 caractères"),
        (not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS, "ALLOWED_HOSTS doit nommer le ou les hôtes"),
        (not settings.PUBLIC_URL.startswith("https://"), "PUBLIC_URL doit commencer par https://"),
        (not settings.SESSION_COOKIE_SECURE, "les cookies de session doivent être réservés à HTTPS"),
        (_exposed(os.environ.get("SECRET_KEY_FILE", "")), "SECRET_KEY_FILE est lisible par d’autres (chmod 600)"),
        (not os.path.exists(settings.PUBLICATION_KEY_FILE), "PUBLICATION_KEY_FILE ne désigne aucune clé"),
        (_exposed(settings.PUBLICATION_KEY_FILE), "PUBLICATION_KEY_FILE est lisible par d’autres (chmod 600)"),
        (not os.path.exists(settings.CHECKPOINT_KEY_FILE), "CHECKPOINT_KEY_FILE ne désigne aucune clé"),
        (_exposed(settings.CHECKPOINT_KEY_FILE), "CHECKPOINT_KEY_FILE est lisible par d’autres (chmod 600)"),
    ]
    return [sentence for wrong, sentence in judged if wrong]


def _exposed(path: str) -> bool:
    """True when a file that exists may be read by others than its owner."""
    return os.path.exists(path) and bool(os.stat(path).st_mode & (stat.S_IRWXG | stat.S_IRWXO))
