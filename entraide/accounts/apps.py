"""Registers the app."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what mail providers report."""
        import_module("entraide.accounts.hooks")
