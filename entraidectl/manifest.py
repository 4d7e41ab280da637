"""The manifest: what the platform's build says of itself to the tools around it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = 2


class ManifestError(Exception):
    """The manifest cannot be read, or is of a version that this tool does not know."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the platform: how it is started and what it serves."""

    name: str
    command: str
    serves: str


@dataclass(frozen=True, slots=True)
class Route:
    """One address pattern: which process answers, for how long caches may keep it, how large a body may be."""

    pattern: str
    process: str
    methods: tuple[str, ...]
    s_maxage: int
    body_limit: int


@dataclass(frozen=True, slots=True)
class FreeTextField:
    """A field of a form, an address or a body in which people write what they like, and its longest text."""

    field: str
    longest: int


@dataclass(frozen=True, slots=True)
class Commune:
    """One of the most populous communes, with one of its postcodes."""

    code: str
    name: str
    postcode: str
    population: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that `entraidectl` knows of the platform."""

    processes: tuple[Process, ...]
    routes: tuple[Route, ...]
    free_text_fields: tuple[FreeTextField, ...]
    communes: tuple[Commune, ...]


def load(file: Path) -> Manifest:
    """Read a manifest. Raises ManifestError with the reason."""
    try:
        raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if raw.get("version") != VERSION:
            raise ManifestError(f"{file}: version {raw.get('version')!r}, this tool reads version {VERSION}")
        return Manifest(
            processes=tuple(Process(**item) for item in raw["processes"]),
            routes=tuple(Route(**{**item, "methods": tuple(item["methods"])}) for item in raw["routes"]),
            free_text_fields=tuple(FreeTextField(**item) for item in raw["free_text_fields"]),
            communes=tuple(Commune(**item) for item in raw["communes"]),
        )
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{file}: cannot be read ({error}). bin/build manifest writes it.") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ManifestError(f"{file}: not a manifest ({error})") from error
