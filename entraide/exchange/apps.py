"""Registers the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
