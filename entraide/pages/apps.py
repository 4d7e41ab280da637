"""Registers the app."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"
