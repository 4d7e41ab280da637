"""Registers the app."""

from django.apps import AppConfig


class GuardConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.guard"
    label = "guard"
    default_auto_field = "django.db.models.BigAutoField"
