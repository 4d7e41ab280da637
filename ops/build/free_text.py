"""The fields in which people write what they like, taken from the forms, the HTTP API and the sign-up themselves.

A web application firewall must let quotation marks, semicolons and the words of any language through there, and may be
strict about every other field.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

# Shorter fields take figures and codes: a telephone number, a postcode, a SIRET, a code from a mail.
SHORTEST_TEXT = 60


def free_text_fields() -> list[dict[str, str | int]]:
    """Return each field's name, with the longest text that it takes anywhere, in the order of their names.

    Django must be set up.
    """
    longest: dict[str, int] = {}
    for name, most in [*_of_forms(), *_of_api(), *_of_addresses(), *_of_sign_ups()]:
        longest[name] = max(most, longest.get(name, 0))
    return [{"field": name, "longest": longest[name]} for name in sorted(longest)]


def _of_forms() -> Iterator[tuple[str, int]]:
    from django import forms

    import entraide

    for module in pkgutil.walk_packages(entraide.__path__, "entraide."):
        if "forms" in module.name.split("."):
            import_module(module.name)
    for form in _kinds_of(forms.BaseForm):
        if form.__module__.startswith("entraide.") and "forms" in form.__module__.split("."):
            for name, field in form.base_fields.items():
                # EmailField and its like check what is written; whatever has choices is no CharField.
                is_text = type(field) is forms.CharField or type(field).__name__ == "CommuneField"
                if is_text and not field.widget.is_hidden and (field.max_length or 0) >= SHORTEST_TEXT:
                    yield name, field.max_length


def _of_api() -> Iterator[tuple[str, int]]:
    from config.api import api

    parts = api.get_openapi_schema()["components"]["schemas"]
    bodies = {
        content["schema"]["$ref"].rpartition("/")[2]
        for path in api.get_openapi_schema()["paths"].values()
        for operation in path.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }
    for body in bodies:
        for name, field in parts[body]["properties"].items():
            if field.get("type") == "string" and field.get("maxLength", 0) >= SHORTEST_TEXT:
                yield name, field["maxLength"]


def _of_addresses() -> Iterator[tuple[str, int]]:
    from entraide.territories.rules import LONGEST_TEXT
    from entraide.volunteering.rules.mission_search import LONGEST_PLACE

    yield "where", LONGEST_PLACE
    yield "q", LONGEST_TEXT


def _of_sign_ups() -> Iterator[tuple[str, int]]:
    from entraide.volunteering.rules.signup import NAME_MAX

    yield "first_name", NAME_MAX
    yield "last_name", NAME_MAX


def _kinds_of(kind: Any) -> Iterator[Any]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds_of(each)
