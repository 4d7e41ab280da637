"""The list of missions over HTTP, asked letter by letter by four clients, and how soon a change is found.

The list answers from the index of the node, kept by an indexer, when missions are registered with the search; else from the
database, and the report says so.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote_plus

from bench import node
from bench.report import ROOT, Figure, Side
from bench.search_engines.documents import document
from bench.search_missions.drawing import missions
from bench.search_typing import Typed
from entraide.search.documents import Document, Text

CLIENTS = 4
CHANGES = 50
FOUND_WITHIN_SECONDS = 30.0


def ask(*, port: int, typed: Sequence[Typed], seconds: float) -> dict[str, float]:
    """Ask the list for every text with four clients, for some seconds; return what they saw."""
    paths = [f"/{each.language}/missions/?q={quote_plus(each.text)}" for each in typed]
    command = [
        sys.executable, "-m", "bench.load", "--port", str(port), "--connections", str(CLIENTS),
        "--seconds", str(seconds),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, input="\n".join(paths), capture_output=True, text=True, check=True)
    outcome: dict[str, float] = json.loads(done.stdout)
    if outcome["not_ok"] or outcome["broken"]:
        raise SystemExit(f"{outcome['not_ok']} answers were not 200, {outcome['broken']} broke off")
    return outcome


def figures(*, typed: Sequence[Typed], seconds: float, served_by: str) -> list[Figure]:
    """Measure the list of a server that is started for it."""
    with node.server(target="config.web:application", interface="wsgi", threads=CLIENTS) as web:
        ask(port=web.port, typed=typed[: len(typed) // 10], seconds=min(2.0, seconds))
        outcome = ask(port=web.port, typed=typed, seconds=seconds)
    bound = 40.0 if served_by == "index" else None
    return [
        Figure(f"list over HTTP, {CLIENTS} clients, by the {served_by}: median", outcome["p50_ms"], "ms"),
        Figure(
            f"list over HTTP, {CLIENTS} clients, by the {served_by}: p99", outcome["p99_ms"], "ms", Side.AT_MOST, bound
        ),
        Figure(f"list over HTTP, {CLIENTS} clients, by the {served_by}: rate", outcome["per_second"], "requests/s"),
    ]
