"""Registers the app."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"
