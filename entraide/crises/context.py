"""The crisis banner, for every template."""

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import get_language

from entraide.crises.queries import current_crisis
from entraide.foundation import clock, localised


def banner(request: HttpRequest) -> dict[str, object]:
    """Return the banner's level and text, or nothing; a page must render when the database is away."""
    try:
        crisis = current_crisis(clock.now())
    except DatabaseError:
        return {}
    if crisis is None:
        return {}
    language = get_language() or "fr"
    return {
        "crisis": {
            "level": crisis.level,
            "name": localised.text(crisis.name, language),
            "text": localised.text(crisis.banner, language),
        }
    }
