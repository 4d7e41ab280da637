"""The list of missions over HTTP, asked letter by letter by four clients, as browsers do.

A browser asks for the lines of the list at each letter, and for the choices beside it when the fingers rest. The list
answers from the index of the node when missions are registered with the search; else from the database, and the report
says so.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote_plus

from django.conf import settings

from bench import node, search_rows
from bench.report import ROOT, Figure, Side
from bench.search_typing import Typed
from entraide.search.indexer import Indexer
from entraide.search.sources import SOURCES

CLIENTS = 4
MOST_P99_MS = 40.0


def figures(*, documents: int, typed: Sequence[Typed], seconds: float, now: datetime, bounded: bool) -> list[Figure]:
    """Put the missions into the database, index them if they can be found, and measure the list of a server."""
    search_rows.make(count=documents, now=now)
    built, served_by = [], "database"
    folder: Path | None = getattr(settings, "SEARCH_DIR", None)
    if folder and SOURCES:
        started = time.perf_counter()
        with Indexer(folder) as indexer:
            indexer.rebuild()
        built = [Figure(f"{documents:,}: index from the database", time.perf_counter() - started, "s")]
        served_by = "index"
    with node.server(target="config.web:application", interface="wsgi", threads=CLIENTS) as web:
        # The first questions read the table of places.
        ask(port=web.port, typed=typed[:200], seconds=min(2.0, seconds))
        outcome = ask(port=web.port, typed=typed, seconds=seconds)
    name = f"{documents:,}: list over HTTP, {CLIENTS} clients, by the {served_by}"
    return [
        *built,
        Figure(f"{name}: median", outcome["p50_ms"], "ms"),
        Figure(f"{name}: p99", outcome["p99_ms"], "ms", Side.AT_MOST, MOST_P99_MS if bounded else None),
        Figure(f"{name}: rate", outcome["per_second"], "requests/s"),
    ]


def ask(*, port: int, typed: Sequence[Typed], seconds: float) -> dict[str, float]:
    """Ask the list for every text with four clients, for some seconds; return what they saw."""
    paths = [path for each in typed for path in _asked(each)]
    command = [
        sys.executable, "-m", "bench.load", "--port", str(port), "--connections", str(CLIENTS),
        "--seconds", str(seconds),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, input="\n".join(paths), capture_output=True, text=True, check=True)
    outcome: dict[str, float] = json.loads(done.stdout)
    if outcome["not_ok"] or outcome["broken"]:
        raise SystemExit(f"{outcome['not_ok']} answers were not 200, {outcome['broken']} broke off")
    return outcome


def _asked(typed: Typed) -> Iterator[str]:
    """Yield what the page's script asks for after a letter."""
    page = f"/{typed.language}/missions/?q={quote_plus(typed.text)}&part="
    yield f"{page}results&typing=1"
    if typed.is_last:
        yield f"{page}choices"
