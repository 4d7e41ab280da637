"""Registers the app."""

from importlib import import_module

from django.apps import AppConfig


class VolunteeringConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.volunteering"
    label = "volunteering"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make missions findable."""
        import_module("entraide.volunteering.searchable").register_missions()
