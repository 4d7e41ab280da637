"""Registers the app."""

from importlib import import_module

from django.apps import AppConfig

from entraide.foundation import health, metrics


class SearchConfig(AppConfig):
    """The app's name and label."""

    name = "entraide.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say in `/readyz` and among the measurements what answers searches."""
        node = import_module("entraide.search.node")
        health.OTHER_CHECKS["search"] = node.health
        metrics.search_documents.set_function(node.size)
