"""Registers the app."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"
