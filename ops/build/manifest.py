"""Writes ops/manifest.json: what `entraidectl` and the edge need to know of the platform.

Which addresses there are, how long caches may keep them and how large a body may be; in which fields people write what
they like; and some communes, for a load of made-up people.

python -m ops.build.manifest            write it
python -m ops.build.manifest --check    fail when it is stale
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "ops" / "manifest.json"
VERSION = 2
FORM_BODY_LIMIT = 1_000_000
# The most populous: enough that a made-up crowd comes from all over the country, and few enough to read.
COMMUNES = 200

PROCESSES = (
    {"name": "web", "command": "bin/manage run web", "serves": "pages and the HTTP API"},
    {"name": "intake", "command": "bin/manage run intake", "serves": "sign-ups"},
    {"name": "signalling", "command": "bin/manage run signalling", "serves": "the lines of meetings"},
    {"name": "worker", "command": "bin/manage run worker", "serves": "mail and what time has ended"},
    {"name": "indexer", "command": "bin/manage run indexer", "serves": "the search index of this machine"},
    {"name": "seals", "command": "bin/manage run seals", "serves": "seals of certificates"},
)
INTAKE_ROUTES = (
    {"pattern": "v1/signups", "process": "intake", "methods": ["POST"], "s_maxage": 0, "body_limit": 65_536},
    {"pattern": "v1/signups/<uuid:receipt>", "process": "intake", "methods": ["GET"], "s_maxage": 0, "body_limit": 0},
    {"pattern": "v1/signups/challenge", "process": "intake", "methods": ["GET"], "s_maxage": 0, "body_limit": 0},
    {"pattern": "v1/queue", "process": "intake", "methods": ["GET"], "s_maxage": 0, "body_limit": 0},
    {"pattern": "v1/queue/place", "process": "intake", "methods": ["GET"], "s_maxage": 0, "body_limit": 0},
    {"pattern": "v1/queue/state", "process": "intake", "methods": ["GET"], "s_maxage": 2, "body_limit": 0},
    {"pattern": "v1/queue/line.css", "process": "intake", "methods": ["GET"], "s_maxage": 31_536_000, "body_limit": 0},
    {"pattern": "v1/queue/line.js", "process": "intake", "methods": ["GET"], "s_maxage": 31_536_000, "body_limit": 0},
    {"pattern": "v1/queue/tell", "process": "intake", "methods": ["POST"], "s_maxage": 0, "body_limit": 65_536},
    {"pattern": "v1/queue/leave", "process": "intake", "methods": ["POST"], "s_maxage": 0, "body_limit": 65_536},
)
SIGNALLING_ROUTES = (
    {"pattern": "v1/meetings/<uuid:room>", "process": "signalling", "methods": ["GET"], "s_maxage": 0, "body_limit": 0},
)
# What nobody from outside asks for.
WITHIN = ("dev/", "private/")
SEALS_ROUTES = (
    {"pattern": "v1/seal", "process": "seals", "methods": ["POST"], "s_maxage": 0, "body_limit": 32},
    {"pattern": "v1/keys", "process": "seals", "methods": ["GET"], "s_maxage": 300, "body_limit": 0},
    {"pattern": "v1/forms", "process": "seals", "methods": ["GET"], "s_maxage": 300, "body_limit": 0},
)


def manifest() -> dict[str, Any]:
    """Return the manifest, its routes in order of their patterns."""
    import django

    from ops.build.free_text import free_text_fields

    django.setup()
    routes = [*INTAKE_ROUTES, *SIGNALLING_ROUTES, *SEALS_ROUTES, *_web_routes()]
    return {
        "version": VERSION,
        "processes": list(PROCESSES),
        "routes": sorted(routes, key=lambda route: str(route["pattern"])),
        "free_text_fields": free_text_fields(),
        "communes": _communes(),
    }


def _communes() -> list[dict[str, Any]]:
    """Return the most populous communes that have a postcode, the largest first."""
    from entraide.territories import data

    with_postcode = [each for each in data.read(file=data.FILE).communes if each.postcodes]
    largest = sorted(with_postcode, key=lambda each: (-each.population, each.code))[:COMMUNES]
    return [
        {"code": each.code, "name": each.name, "postcode": each.postcodes[0], "population": each.population}
        for each in largest
    ]


def _web_routes() -> Iterator[dict[str, Any]]:
    from django.conf import settings
    from django.urls import URLPattern, get_resolver

    def walk(patterns: list[Any], prefix: str) -> Iterator[dict[str, Any]]:
        for entry in patterns:
            pattern = prefix + _text(entry.pattern)
            if not isinstance(entry, URLPattern):
                yield from walk(entry.url_patterns, pattern)
            elif not pattern.startswith(WITHIN):
                s_maxage = getattr(entry.callback, "s_maxage", 0)
                methods = ["GET"] if s_maxage else ["GET", "POST"]
                yield {
                    "pattern": pattern,
                    "process": "web",
                    "methods": methods,
                    "s_maxage": s_maxage,
                    "body_limit": 0 if s_maxage else FORM_BODY_LIMIT,
                }

    def _text(pattern: Any) -> str:
        from django.urls import LocalePrefixPattern

        if isinstance(pattern, LocalePrefixPattern):
            return f"<{'|'.join(code for code, _ in settings.LANGUAGES)}>/"
        return str(pattern)

    yield from walk(get_resolver().url_patterns, "")


def text() -> str:
    """Return the manifest as it is kept."""
    return json.dumps(manifest(), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Run the command line; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text(), encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == text():
        return 0
    sys.stderr.write("ops/manifest.json is stale: run bin/build manifest\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
