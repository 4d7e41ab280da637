"""Registers the app."""

from django.apps import AppConfig


class WaitingConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.waiting"
    label = "waiting"
    default_auto_field = "django.db.models.BigAutoField"
