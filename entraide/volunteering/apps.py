"""Registers the app."""

from django.apps import AppConfig


class VolunteeringConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.volunteering"
    label = "volunteering"
    default_auto_field = "django.db.models.BigAutoField"
