"""Production settings: every value comes from the environment, and unsafe ones are refused at boot.

The refusals themselves live in `portal.settings.safety` and run when the portal starts.
The environment holds infrastructure only; the agency's own settings are dated `Parameter` rows.
"""

from pathlib import Path
from typing import Any

import environ

from .background import *  # noqa: F403
from .signin import *  # noqa: F403
from .signin import PROCONNECT_CLIENT_ID, PROCONNECT_ISSUER

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

EMBEDDED = False  # the run on localhost with SQLite and no other server: `dev.py`
DEMO = False  # demonstration accounts, authorities and one-click sign-in
DEBUG = False


def secret_key() -> str:
    """The signing key, from the file named by SECRET_KEY_FILE (mode 0600) or from SECRET_KEY."""
    if path := env("SECRET_KEY_FILE", default=""):
        return Path(path).read_text().strip()
    return str(env("SECRET_KEY", default="absente"))  # too short: refused by name, in French


SECRET_KEY = secret_key()
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
PUBLIC_URL = env("PUBLIC_URL", default="")  # canonical address, used in mails and documents
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "dsfr",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "portal",
    "policy",
    "onboarding",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.web.middleware.RequestIdentity",
    "policy.verdicts.middleware.CountVerdicts",
    "portal.web.middleware.Headers",
    "portal.web.middleware.ReadableAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.web.middleware.ResolvedUser",
    "portal.accounts.middleware.OpenSession",
    "portal.accounts.middleware.FirstAdministrator",
    "portal.accounts.middleware.SecondFactorForStaff",
    "portal.web.middleware.Refusals",
    "portal.web.middleware.DeclaredAccess",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.site",
            ],
        },
    }
]
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # addresses are unique whatever their case, by a constraint of our own

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA recursive_triggers=ON;PRAGMA busy_timeout=10000;"
    ),
}
# compiling a statement costs more than running ours: the desk's took 1.4 s more at each reading
POSTGRESQL_OPTIONS = "-c jit=off"


def database() -> dict[str, Any]:
    """The database named by DATABASE_URL, its own `options` before ours; SQLite in DATA_DIR when there is none."""
    config = env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portail.sqlite3'}")
    if config["ENGINE"].endswith("sqlite3"):
        return {
            **config,
            "OPTIONS": SQLITE_OPTIONS,
            "CONN_MAX_AGE": 600,
            "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
        }
    options = {"options": POSTGRESQL_OPTIONS, **config.get("OPTIONS", {})}
    return {**config, "OPTIONS": options, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": database()}


def caches(redis_url: str) -> dict[str, dict[str, str]]:
    """Shared between processes where there are several (one-time codes, rate limits); in memory where there is one."""
    if redis_url:
        return {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}}
    return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


PUBLICATION_NEXT_KEY_FILE = env(
    "PUBLICATION_NEXT_KEY_FILE", default=str(DATA_DIR / "keys" / "publication-suivante.pem")
)
PUBLICATION_KEY_FILE = env("PUBLICATION_KEY_FILE", default=str(DATA_DIR / "keys" / "publication.pem"))
SEAL_CERTIFICATE_FILE = env("SEAL_CERTIFICATE_FILE", default="")  # PEM chain, the seal's own first; empty: no seal
SEAL_KEY_FILE = env("SEAL_KEY_FILE", default="")
SEAL_TIMESTAMP_URL = env("SEAL_TIMESTAMP_URL", default="")  # RFC 3161 authority; without it, seals bear no timestamp
CHECKPOINT_FILE = env("CHECKPOINT_FILE", default=str(DATA_DIR / "checkpoints" / "journal.jsonl"))
CHECKPOINT_KEY_FILE = env("CHECKPOINT_KEY_FILE", default=str(DATA_DIR / "keys" / "checkpoint.pem"))
REVOCATION_ORIGINS: list[str] = env.list(  # the only ones from which revocation lists and OCSP answers are fetched
    "REVOCATION_ORIGINS", default=["http://igc-sante.esante.gouv.fr", "http://ocsp.esante.gouv.fr"]
)
EDGE_KEY = env("EDGE_KEY", default="")  # shared with the front server alone; without it, no diagnosis by mutual TLS
DIAGNOSTIC_URL = env("DIAGNOSTIC_URL", default="")  # where vendors call by mutual TLS, told on the pages
REDIS_URL = env("REDIS_URL", default="")  # broker and doorbell; without it, the embedded worker
CACHES = caches(REDIS_URL)

SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "portal.web.views.csrf_failure"
SECURE_PROXY_SSL_HEADER: tuple[str, str] | None = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
FORM_TARGETS = [PROCONNECT_ISSUER] if PROCONNECT_CLIENT_ID else []  # signing in there starts from a form here
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *FORM_TARGETS],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES = 10 * 1024 * 1024  # one file

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portail-ror@localhost")
EMAIL_TIMEOUT = 20
MAIL_RETURN_ADDRESS = env("MAIL_RETURN_ADDRESS", default="")  # envelope sender; empty: DEFAULT_FROM_EMAIL
BOUNCES_MAILDIR = env("BOUNCES_MAILDIR", default="")  # where the mail server leaves what comes back to it

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
DSFR_USE_INTEGRITY_CHECKSUMS = False  # hashed file names rewrite the sheets: the wheel's checksums no longer fit
DSFR_MARK_OPTIONAL_FIELDS = True
THEME = env("THEME", default="neutral")  # "state": the brand of the State, once its information service agrees

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.tokens.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.tokens.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.web.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.tokens.throttle.TokenThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.web.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
API_CALLS_PER_SECOND = env.int("API_CALLS_PER_SECOND", default=10)  # of one token; bursts of twice as many
SPECTACULAR_SETTINGS = {
    "TITLE": "Portail du cercle de confiance du ROR",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "portal.web.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "loggers": {"axes": {"level": "WARNING"}, "pikepdf": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
