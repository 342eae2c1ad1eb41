"""Start-up of the app `onboarding`."""

from django.apps import AppConfig

from portal.lifecycle.discovery import discover


class OnboardingConfig(AppConfig):
    """Lets the slices of `onboarding` make themselves known."""

    name = "onboarding"

    def ready(self) -> None:
        """Called once by Django when every model is loaded."""
        discover("onboarding")
