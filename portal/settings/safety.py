"""What production refuses to start with, each with a French sentence (requirement OP-02)."""

import os
import stat
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SHORTEST_EDGE_KEY = 32  # that of `policy.diagnosis.edge`, which reads nothing with a shorter one


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
        (
            bool(settings.PROCONNECT_CLIENT_ID) and not settings.PROCONNECT_ISSUER.startswith("https://"),
            "PROCONNECT_ISSUER doit commencer par https://",
        ),
        (not os.path.exists(settings.PUBLICATION_KEY_FILE), "PUBLICATION_KEY_FILE ne désigne aucune clé"),
        (_exposed(settings.PUBLICATION_KEY_FILE), "PUBLICATION_KEY_FILE est lisible par d’autres (chmod 600)"),
        (not os.path.exists(settings.CHECKPOINT_KEY_FILE), "CHECKPOINT_KEY_FILE ne désigne aucune clé"),
        (_exposed(settings.CHECKPOINT_KEY_FILE), "CHECKPOINT_KEY_FILE est lisible par d’autres (chmod 600)"),
        (_missing(settings.SEAL_CERTIFICATE_FILE), "SEAL_CERTIFICATE_FILE ne désigne aucun certificat"),
        (
            bool(settings.SEAL_CERTIFICATE_FILE) != bool(settings.SEAL_KEY_FILE),
            "le cachet veut un certificat et sa clé",
        ),
        (_missing(settings.SEAL_KEY_FILE), "SEAL_KEY_FILE ne désigne aucune clé"),
        (_exposed(settings.SEAL_KEY_FILE), "SEAL_KEY_FILE est lisible par d’autres (chmod 600)"),
        (0 < len(settings.EDGE_KEY) < SHORTEST_EDGE_KEY, "EDGE_KEY compte moins de 32 caractères"),
    ]
    return [sentence for wrong, sentence in judged if wrong]


def _missing(path: str) -> bool:
    """True when a file is named that does not exist."""
    return bool(path) and not os.path.exists(path)


def _exposed(path: str) -> bool:
    """True when a file that exists may be read by others than its owner."""
    return os.path.exists(path) and bool(os.stat(path).st_mode & (stat.S_IRWXG | stat.S_IRWXO))
