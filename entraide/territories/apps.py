"""Registers the app."""

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.territories"
    label = "territories"
    default_auto_field = "django.db.models.BigAutoField"
