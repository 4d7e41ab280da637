"""Which public pages show a mission, and so have copies at the edges that go out of date with it."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from entraide.foundation.edges import Outdated
from entraide.volunteering import api as volunteering


def of_missions(shown: volunteering.ShownIn) -> Outdated:
    """Return what shows these missions and few others: their pages, and calendars and maps of where they are."""
    return Outdated(
        renewed=[path for key in shown.missions for path in _in_each_language("volunteering:mission", key)],
        forgotten=[
            path
            for name, keys in (
                ("exchange:organisation-calendar", shown.organisations),
                ("exchange:departement-calendar", shown.departements),
                ("exchange:commune-calendar", shown.communes),
                ("volunteering:departement-map", shown.departements),
            )
            for key in keys
            for path in _in_each_language(name, key)
        ],
    )


def of_all() -> Outdated:
    """Return what shows all missions: lists as they are without a search, and feeds."""
    pages = ("pages:home", "volunteering:missions", "volunteering:map")
    feeds = ("exchange:atom", "exchange:table", "exchange:volunteering-data")
    return Outdated(
        renewed=[path for name in pages for path in _in_each_language(name)],
        forgotten=[path for name in feeds for path in _in_each_language(name)],
    )


def of_banner() -> Outdated:
    """Return the other pages that everybody reads first, on which the banner of a crisis has to be right."""
    pages = ("volunteering:signup", "pages:help")
    return Outdated(renewed=[path for name in pages for path in _in_each_language(name)])


def _in_each_language(name: str, *arguments: object) -> Iterator[str]:
    for language, _ in settings.LANGUAGES:
        with override(language):
            yield reverse(name, args=arguments)
