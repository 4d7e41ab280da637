"""Every route that the site answers, read from the URL resolver itself, so that no new one is forgotten."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

PARAMETER = re.compile(r"(\w*)/<(?:[\w-]+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One route: its address with parameters in angle brackets, such as `en/missions/<uuid:mission_id>/`."""

    address: str
    name: str

    @property
    def has_parameters(self) -> bool:
        """Say whether its address names a thing."""
        return "<" in self.address

    @property
    def parameters(self) -> list[str]:
        """The names of its parameters, in their order."""
        return [name for _, name in PARAMETER.findall(self.address)]

    @property
    def is_page(self) -> bool:
        """Say whether it is in a language, as all pages are."""
        return self.address.startswith("en/")

    def path(self, values: Mapping[str, str]) -> str:
        """Return a path. A value is looked up as "invitation token", then as "token"; raises KeyError without any."""

        def value(found: re.Match[str]) -> str:
            word, name = found.groups()
            return f"{word}/{values.get(f'{word} {name}') or values[name]}"

        return "/" + PARAMETER.sub(value, self.address)


def every_route() -> list[Route]:
    """Return the routes of the site, the pages in English, each address once."""
    return list({route.address: route for route in named_routes()}.values())


def named_routes() -> list[Route]:
    """Return the same, an address once for each of its names."""
    with translation.override("en"):
        return list(_routes(get_resolver(), "", ""))


def _routes(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Route(address, f"{namespace}{pattern.name}")
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern, address, inner)
