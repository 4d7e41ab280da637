"""Addresses that a crowd asks for: Django's `reverse` once for each kind and language, not for each row and request."""

from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import override

_NOTHING = UUID(int=0)


@lru_cache(maxsize=64)
def _halves(name: str, language: str) -> tuple[str, str]:
    with override(language):
        before, after = reverse(f"volunteering:{name}", args=[_NOTHING]).split(str(_NOTHING))
    return before, after


def address(name: str, key: UUID, *, language: str) -> str:
    """Return the path of the page `volunteering:NAME` of one thing."""
    before, after = _halves(name, language)
    return f"{before}{key}{after}"


@lru_cache(maxsize=64)
def page_address(name: str, *, language: str) -> str:
    """Return the path of the page `volunteering:NAME`, of which there is one."""
    with override(language):
        return reverse(f"volunteering:{name}")
