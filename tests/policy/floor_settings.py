"""Settings of the test suite without the floor of the request: `policy` stands on the ground alone."""

from portal.settings.test import *  # noqa: F403
from portal.settings.test import INSTALLED_APPS as EVERYTHING

INSTALLED_APPS = [app for app in EVERYTHING if app != "onboarding"]
ROOT_URLCONF = "policy.urls"
