"""The platform's routes as nginx's regular expressions, in groups that the edge treats alike. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from entraidectl.edge.site.declarations import RouteRate, Site
from entraidectl.edge.site.mistakes import Mistake
from entraidectl.manifest import Manifest, Route

_PART = re.compile(r"<([^<>]+)>")
_UUID = "[0-9a-fA-F-]{36}"
_KINDS = {"uuid": _UUID, "uuidstr": _UUID, "int": "[0-9]+", "slug": "[-a-zA-Z0-9_]+", "path": ".+"}
_ANYTHING = "[^/]+"
# What one may do with such an address is known to whoever has it: it is in no log.
_SECRET = "token"  # noqa: S105 (the name of a part of addresses)


@dataclass(frozen=True, slots=True)
class Group:
    """Routes that one location serves."""

    process: str
    routes: tuple[Route, ...]
    public: bool
    rate: RouteRate | None = None

    @property
    def body_limit(self) -> int:
        """Return the bytes of the largest body that any of the routes takes."""
        return max(route.body_limit for route in self.routes)

    @property
    def regex(self) -> str:
        """Return what matches the routes and nothing else."""
        return matching(self.routes)


def groups(manifest: Manifest, site: Site) -> list[Group]:
    """Return the groups of all routes but private pages, which are whatever is left; the narrower ones first."""
    found = []
    bounded = {rate.route: rate for rate in site.rates.routes}
    for rate in site.rates.routes:
        own = [route for route in manifest.routes if route.pattern == rate.route]
        found.append(Group(own[0].process, tuple(own), public=all(map(is_public, own)), rate=rate))
    others = [route for route in manifest.routes if route.pattern not in bounded]
    for process in dict.fromkeys(route.process for route in others):
        own = [route for route in others if route.process == process]
        public = tuple(route for route in own if is_public(route))
        private = tuple(route for route in own if not is_public(route))
        if public:
            found.append(Group(process, public, public=True))
        if private and process != "web":
            found.append(Group(process, private, public=False))
    return found


def unknown_routes(manifest: Manifest, site: Site) -> list[Mistake]:
    """Return the routes that site.toml bounds and the platform does not have."""
    known = {route.pattern for route in manifest.routes if route.process != "seals"}
    return [
        Mistake(("rates", "routes", place, "route"), f"the platform has no route {rate.route!r}: see ops/manifest.json")
        for place, rate in enumerate(site.rates.routes)
        if rate.route not in known
    ]


def is_public(route: Route) -> bool:
    """Tell whether caches may keep the route's answers."""
    return route.s_maxage > 0


def matching(routes: Iterable[Route]) -> str:
    """Return the regular expression of any of the routes."""
    return f"^/(?:{'|'.join(dict.fromkeys(expression(route.pattern) for route in routes))})$"


def expression(pattern: str) -> str:
    """Return a pattern of the manifest, "<fr|en>/missions/<uuid:mission_id>/", as a regular expression without ends."""
    return "".join(
        _expression_of_part(piece) if position % 2 else re.escape(piece)
        for position, piece in enumerate(_PART.split(pattern))
    )


def _expression_of_part(part: str) -> str:
    if "|" in part:
        return f"(?:{part})"
    return _KINDS.get(part.partition(":")[0], _ANYTHING)


def secrets_hidden(routes: Sequence[Route]) -> list[tuple[str, str]]:
    """Return, for addresses that hold a secret, what matches them and what a log may say instead."""
    found = []
    for route in routes:
        pieces = _PART.split(route.pattern)
        for position in range(1, len(pieces), 2):
            if pieces[position].partition(":")[2] == _SECRET:
                before, after = "".join(_as_written(pieces, 0, position)), pieces[position + 1]
                found.append((f"~^(?<before>/{before})[^/]+?(?<after>{re.escape(after)}.*)$", "$before…$after"))
    return list(dict.fromkeys(found))


def _as_written(pieces: Sequence[str], begin: int, end: int) -> list[str]:
    return [
        _expression_of_part(pieces[position]) if position % 2 else re.escape(pieces[position])
        for position in range(begin, end)
    ]
