"""The embedded run on localhost: SQLite, no broker, demonstration by default, empty with DEMO=0."""

import secrets

from portal.supervisor import address

from . import machine
from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS as TOLD
from .base import DATA_DIR, TEMPLATES, env

EMBEDDED = True
DEMO = env.bool("DEMO", default=True)
PORT = env.int("PORT", default=8000)
HOST = env("HOST", default="127.0.0.1")
PUBLIC_URL = address(HOST, PORT)
ALLOWED_HOSTS = [*machine.names(HOST), *TOLD]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]


def own_secret_key() -> str:
    """A key of this installation's own, made once and kept in DATA_DIR with mode 0600."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text().strip()


SECRET_KEY = own_secret_key()

SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = None
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_SECURE = False
PROXY_COUNT = 0
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mails")

if DEMO:
    SEAL_CERTIFICATE_FILE = str(DATA_DIR / "demo-pki" / "seal.pem")  # made with the story; until then, no seal
    SEAL_KEY_FILE = str(DATA_DIR / "demo-pki" / "seal.key")
    TEMPLATES[0]["OPTIONS"]["context_processors"].append("portal.demo.signin.listed")  # type: ignore[index]
