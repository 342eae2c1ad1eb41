"""Start-up of the app `policy`."""

from django.apps import AppConfig

from portal.lifecycle.discovery import discover


class PolicyConfig(AppConfig):
    """Lets the slices of `policy` make themselves known."""

    name = "policy"

    def ready(self) -> None:
        """Called once by Django when every model is loaded."""
        discover("policy")
