"""Settings of the test suite: fast hashes, mails in memory, plain static files, own data folder."""

import os

from .scratch import own_folder

os.environ["DATA_DIR"] = os.environ.get("DATA_DIR") or own_folder()
os.environ.setdefault("DEMO", "1")

from .dev import *  # noqa: F403
from .dev import DATABASES, SQLITE_OPTIONS, STATIC_ROOT

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# same guarantees as in production, less the wait for the disk
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    init = str(SQLITE_OPTIONS["init_command"]).replace("synchronous=FULL", "synchronous=OFF")
    DATABASES["default"]["OPTIONS"] = {**SQLITE_OPTIONS, "init_command": init}
else:
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
API_CALLS_PER_SECOND = 10_000  # the suite is fast; one test counts
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # served empty: the tests collect nothing
# counts are written by tests that look at them, never between two others
MIDDLEWARE = [name for name in MIDDLEWARE if name != "policy.verdicts.middleware.CountVerdicts"]  # noqa: F405
