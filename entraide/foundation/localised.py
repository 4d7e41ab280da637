"""Texts kept in several languages as a JSON object: {"fr": "…", "en": "…"}."""

from collections.abc import Mapping

FALLBACK = "fr"


def text(value: Mapping[str, str], language: str) -> str:
    """Return the text in a language, else in French, else in any language there is, else the empty text.

    A regional tag counts as its language: "en-gb" reads "en".
    """
    for key in (language.split("-")[0], FALLBACK):
        if value.get(key):
            return value[key]
    return next((found for found in value.values() if found), "")
