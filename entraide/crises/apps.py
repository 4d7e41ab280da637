"""Registers the app."""

from django.apps import AppConfig


class CrisesConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.crises"
    label = "crises"
    default_auto_field = "django.db.models.BigAutoField"
