"""`bin/bench edge`: what the edge costs, over TLS, with h2load asking.

A cached page against nginx serving the same bytes as a file (at least 0.8 of it), in alternating rounds; and the
processor time of nginx's workers for a request that is passed on, with the firewall and without.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from bench.report import Figure, Side, finish
from entraidectl.edge.serving import workers_of
from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.edges import Edge
from tests.journeys.node import wait_for

ROUNDS = 5
LEAST_SHARE_OF_A_FILE = 0.8
PAGE = b"<!doctype html><p>La page que tout le monde lit ce soir.</p>\n" * 105
FORM = urlencode(
    {
        "first_name": "Zoé",
        "last_name": "d'Almeida",
        "email": "zoe@example.org",
        "postcode": "67000",
        "motivation": "Je suis disponible le soir ; j'aime l'entraide, l'écoute & le café.",
    }
)
BEHIND = """\
daemon off; worker_processes 1; pid {folder}/behind.pid; error_log {folder}/behind.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port}; location / {{ return 200 "done"; }} }}
}}
"""
STATUSES = re.compile(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx")
SPEED = re.compile(r"finished in .*?, ([\d.]+) req/s")
HTTP_1 = "--h1"
CLIENTS = 32
# nginx ends a connection after 1000 requests, and h2load opens no second one over HTTP/2; by time it may never end.
REQUESTS = f"--requests={CLIENTS * 900}"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of h2load saw, and the processor time that nginx's workers took for it."""

    per_second: float
    milliseconds: float
    failed: int


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    rounds, requests = (3, 640) if quick else (9, 3200)
    with tempfile.TemporaryDirectory(prefix="edge-bench-") as name:
        figures = [*_of_cache(Path(name) / "cache", rounds), *_of_firewall(Path(name), f"--requests={requests}")]
    return finish(benchmark="edge", figures=figures, quick=quick)


def _of_cache(folder: Path, rounds: int) -> Iterator[Figure]:
    with backends.running() as backend:
        edge = edges.make(folder, backend)
        edge.write(rates=edges.WIDE_RATES)
        (folder / "static" / "page.html").write_bytes(PAGE)
        backend.reply = lambda asked: backends.Reply(
            PAGE, headers={"Cache-Control": "public, s-maxage=600", "Content-Type": "text/html"}
        )
        with edges.running(edge):
            edge.ask("/fr/")
            for version, options in (("HTTP/1.1", (HTTP_1,)), ("HTTP/2", ())):
                yield from _kept_against_file(edge, version, rounds, options)


def _kept_against_file(edge: Edge, version: str, rounds: int, options: tuple[str, ...]) -> Iterator[Figure]:
    kept, file = [], []
    for _ in range(rounds):
        kept.append(_ask(edge, "/fr/", REQUESTS, *options))
        file.append(_ask(edge, "/static/page.html", REQUESTS, *options))
    shares = [one.per_second / other.per_second for one, other in zip(kept, file, strict=True)]
    yield Figure(f"{version}: cached page", median(each.per_second for each in kept), "/s")
    yield Figure(f"{version}: the same bytes as a file", median(each.per_second for each in file), "/s")
    yield Figure(
        f"{version}: cached page, share of the file (pairs)", median(shares), "", Side.AT_LEAST, LEAST_SHARE_OF_A_FILE
    )
    yield Figure(f"{version}: cached page, processor", median(each.milliseconds for each in kept), "ms")
    yield Figure(f"{version}: requests that failed", sum(each.failed for each in (*kept, *file)), "", Side.AT_MOST, 0)


def _of_firewall(folder: Path, much: str) -> Iterator[Figure]:
    form = folder / "form"
    form.write_text(FORM)
    kind = "content-type: application/x-www-form-urlencoded"
    failed = 0
    with backends.running() as placeholder, _behind(folder) as port:
        for level in ("off", "block"):
            edge = edges.make(folder / level, placeholder)
            edge.write(
                rates=edges.WIDE_RATES,
                firewall=f'[firewall]\nlevel = "{level}"',
                web=f'[pools.web]\nservers = ["127.0.0.1:{port}"]',
                intake=f'[pools.intake]\nservers = ["127.0.0.1:{port}"]',
            )
            with edges.running(edge):
                gets = [_ask(edge, "/fr/me/", much, HTTP_1) for _ in range(ROUNDS)]
                posts = [
                    _ask(edge, "/v1/signups", much, HTTP_1, f"--data={form}", f"--header={kind}") for _ in range(ROUNDS)
                ]
            for what, rounds in (("GET", gets), ("POST", posts)):
                yield Figure(
                    f"{what} passed on, firewall {level}, processor", median(each.milliseconds for each in rounds), "ms"
                )
                failed += sum(each.failed for each in rounds)
            if level == "block":
                least = min(each.per_second for each in posts)
                yield Figure("sign-ups passed on with the firewall, slowest round", least, "/s", Side.AT_LEAST, 600)
    yield Figure("requests passed on that failed", failed, "", Side.AT_MOST, 0)


@contextmanager
def _behind(folder: Path) -> Iterator[int]:
    """Run a server that costs next to nothing, so that the edge is what is measured."""
    (port,) = edges.unused_ports(1)
    conf = folder / "behind.conf"
    conf.write_text(BEHIND.format(folder=folder, port=port))
    process = subprocess.Popen([edges.NGINX or "nginx", "-c", str(conf)], stderr=subprocess.DEVNULL)
    try:
        wait_for("the server behind to run", (folder / "behind.pid").exists)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _ask(edge: Edge, path: str, much: str, *options: str) -> Round:
    """Let h2load ask for a path on kept connections, so `much`; return what it saw."""
    before = _spent(edge)
    command = [
        "h2load", "--threads=1", f"--clients={CLIENTS}", much, *options,
        f"--connect-to=127.0.0.1:{edge.ports['https']}", f"https://{edges.PORTAL}{path}",
    ]  # fmt: skip
    asked = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    spent = _spent(edge) - before
    counts = STATUSES.search(asked.stdout)
    answers = [int(count) for count in counts.groups()] if counts else [0, 0, 0, 0]
    speed = SPEED.search(asked.stdout)
    return Round(float(speed[1]) if speed else 0.0, 1000 * spent / max(sum(answers), 1), sum(answers[1:]))


def _spent(edge: Edge) -> float:
    """Return the seconds of processor that nginx's workers have taken."""
    ticks = 0
    for worker in workers_of(edge.pid):
        user, system = Path(f"/proc/{worker}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")
