"""The whole addresses of what feeds name: others read them far from this site."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

_ILLEGAL = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


def mission_url(key: UUID, *, language: str) -> str:
    """Return where a mission is read and applied to."""
    return url("volunteering:mission", key, language=language)


def url(name: str, *args: object, language: str) -> str:
    """Return the whole address of a page or feed in a language."""
    with override(language):
        return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"


def legible(text: str) -> str:
    """Return a text without the characters that XML cannot hold and calendars must not."""
    return text.translate(_ILLEGAL)
