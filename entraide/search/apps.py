"""Registers the app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
