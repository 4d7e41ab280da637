"""`bin/bench feeds`: runs of a partner's feed of 50,000 missions, over HTTP from loopback, while others go on working.

Bounds: under 15 minutes for a first run and 5 for one without a change; no batch over 10 s; under 500 MB for the
process; whoever reads the list or changes a mission of ours meanwhile waits at most 2 s. A slow machine, or one that
others use at the same time, is slower: the report says on what it was measured.
"""

import random
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any
from xml.sax.saxutils import escape

from bench import node
from bench.report import Figure, finish
from entraide.foundation import postgres

FULL, QUICK = 50_000, 2_000
ORGANISATIONS = 3_000
TITLES = ("Distribution de repas", "Visites à domicile", "Soutien scolaire", "Collecte de vivres", "Accueil du public")


def main(*, quick: bool) -> int:
    """Make a feed, run it three times, report; return 1 when a bound does not hold."""
    node.settle_environment()
    with postgres.hold(node.VAR_DIR):
        return finish(benchmark="feeds", figures=_measure(QUICK if quick else FULL), quick=quick)


def _measure(missions: int) -> list[Figure]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    for command in ("migrate", "load_territories", "load_templates"):
        sys.stderr.write(f"{command}\n")
        call_command(command, verbosity=0)
    settings.FEED_NETWORKS = (ip_network("127.0.0.0/8"),)
    places = _places()
    with _serving() as served:
        partner_id = _partner(served.url)
        served.content = _feed(places, missions, changed=0)
        figures = [Figure("feed", len(served.content) / 1e6, "MB"), *_run(partner_id, "first run", 900)]
        figures += _run(partner_id, "run without a change", 300)
        served.content = _feed(places, missions, changed=missions // 100)
        figures += _run(partner_id, "run with 1 % changed", 300)
    figures.append(_noted())
    figures.append(Figure("largest size of the process", _resident_mb(), "MB", bound=500))
    return figures


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _places() -> list[tuple[str, str]]:
    from entraide.territories.models import Commune

    rows = Commune.objects.current().order_by("-population").prefetch_related("postcodes")[:5_000]
    return [(row.name, row.postcodes.all()[0].postcode) for row in rows if row.postcodes.all()]


def _partner(url: str) -> Any:
    """Return the id of a partner whose feed this is, nothing of earlier benchmarks left."""
    from entraide.exchange.actions.partners import By, PartnerDetails, add_partner
    from entraide.exchange.models import Alert, Change, External, Partner, PartnerOrganisation, Run
    from entraide.exchange.rules.words import FeedKind, Moderation
    from entraide.foundation import clock
    from entraide.volunteering.models import Mission

    for kind in (Alert, Change, External, Run, PartnerOrganisation, Partner):
        kind.objects.all().delete()
    Mission.objects.exclude(partner="").delete()
    details = PartnerDetails(
        name="Banc", website="", moderation=Moderation.TRUSTED, sends_missions=True, sends_alerts=False, feed_url=url,
        feed_kind=FeedKind.MISSIONS, is_active=True,
    )  # fmt: skip
    return add_partner(details=details, by=By(None, "operator"), now=clock.now())[0].pk


def _feed(places: list[tuple[str, str]], missions: int, *, changed: int) -> bytes:
    draw = random.Random(2020)  # noqa: S311 (drawn data, no secret)
    parts = ['<?xml version="1.0" encoding="UTF-8"?><source>']
    for number in range(missions):
        town, postcode = draw.choice(places)
        organisation = draw.randrange(ORGANISATIONS)
        fields = {
            "clientId": f"m-{number}",
            "title": f"{draw.choice(TITLES)} à {town}",
            "description": "<p>" + "Venir aider une équipe de bénévoles. " * 25 + "</p>",
            "applicationUrl": f"https://banc.example/missions/{number}",
            "domain": "solidarite-insertion",
            "remote": "no",
            "places": str(1 + draw.randrange(20) + (20 if number < changed else 0)),
            "postalCode": postcode,
            "city": town,
            "country": "FR",
            "organizationName": f"Association {organisation}",
            "organizationRNA": f"W{organisation:09}",
        }
        parts.append(f"<mission>{''.join(f'<{tag}>{escape(text)}</{tag}>' for tag, text in fields.items())}</mission>")
    return "".join([*parts, "</source>"]).encode()


def _run(partner_id: Any, name: str, most_seconds: float) -> Iterator[Figure]:
    """Run the feed once and tell how long it, its batches and its bystanders took."""
    from entraide.exchange.actions import pulling

    batches: list[float] = []
    with _timed(pulling, "receive", batches), _bystander() as waits:
        started = time.perf_counter()
        run = pulling.pull(partner_id=partner_id)
        seconds = time.perf_counter() - started
    if run is None or run.state != "done":
        raise SystemExit(f"{name}: {run and (run.state, run.reason, run.detail)}")
    sys.stderr.write(f"{name}: {run.created} new, {run.changed} changed, {run.unchanged} as before\n")
    yield Figure(f"{name}: {run.seen} missions", seconds, "s", bound=most_seconds)
    yield Figure(f"{name}: longest batch", max(batches), "s", bound=10)
    yield Figure(f"{name}: longest wait of a bystander", max(waits), "s", bound=2)


@contextmanager
def _timed(module: Any, name: str, seconds: list[float]) -> Iterator[None]:
    """Time each call of a function of a module."""
    own: Callable[..., Any] = getattr(module, name)

    def timed(**arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return own(**arguments)
        finally:
            seconds.append(time.perf_counter() - started)

    setattr(module, name, timed)
    try:
        yield
    finally:
        setattr(module, name, own)


@contextmanager
def _bystander() -> Iterator[list[float]]:
    """Read the list of missions and touch one again and again, beside what is measured; collect how long each took."""
    from django.db import connection

    from entraide.foundation import clock
    from entraide.volunteering import api as volunteering
    from entraide.volunteering.models import Mission

    waits, stopped = [0.0], threading.Event()

    def stand_by() -> None:
        while not stopped.is_set():
            started = time.perf_counter()
            volunteering.open_missions(
                wanted=volunteering.MissionFilter(), order=volunteering.Order.NEWEST, after="", now=clock.now()
            )
            row = Mission.objects.order_by("created_at").values_list("pk", flat=True).first()
            Mission.objects.filter(pk__in=[row] if row else []).update(information="")
            waits.append(time.perf_counter() - started)
            stopped.wait(0.05)
        connection.close()

    thread = threading.Thread(target=stand_by)
    thread.start()
    try:
        yield waits
    finally:
        stopped.set()
        thread.join()


def _noted() -> Figure:
    from entraide.exchange.actions.noting import note_changes
    from entraide.foundation import clock

    note_changes(now=clock.now())
    started = time.perf_counter()
    note_changes(now=clock.now())
    return Figure("a round of the feed of changes, nothing new", time.perf_counter() - started, "s", bound=10)


@dataclass(slots=True)
class _Served:
    """What the server answers, and where."""

    content: bytes = field(default=b"", repr=False)
    url: str = ""


@contextmanager
def _serving() -> Iterator[_Served]:
    served = _Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(served.content)))
            self.end_headers()
            self.wfile.write(served.content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}/feed.xml"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
