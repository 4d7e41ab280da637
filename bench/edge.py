"""`bin/bench edge`: what the edge costs, over TLS, with h2load asking.

A cached page against nginx serving the same bytes as a file (at least 0.8 of it), and beside Varnish and HAProxy, in
alternating rounds; and the processor time of nginx's workers for a request that is passed on, with the firewall and
without.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from bench import edge_cached
from bench.edge_asking import HTTP_1, ask, door_of
from bench.report import Figure, Side, finish
from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge import edges
from tests.journeys.node import wait_for

ROUNDS = 5
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


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    rounds, requests = (3, 640) if quick else (9, 3200)
    with tempfile.TemporaryDirectory(prefix="edge-bench-") as name:
        cached = edge_cached.measured(Path(name), rounds=rounds)
        figures = [*edge_cached.figures(cached), *_of_firewall(Path(name), f"--requests={requests}")]
    return finish(
        benchmark="edge", figures=figures, quick=quick, setup=edge_cached.setup(cached), raw=edge_cached.raw(cached)
    )


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
                gets = [ask(door_of(edge), "/fr/me/", much, HTTP_1) for _ in range(ROUNDS)]
                posts = [
                    ask(door_of(edge), "/v1/signups", much, HTTP_1, f"--data={form}", f"--header={kind}")
                    for _ in range(ROUNDS)
                ]
            for what, rounds in (("GET", gets), ("POST", posts)):
                yield Figure(
                    f"{what} passed on, firewall {level}, processor",
                    1000 * median(each.seconds for each in rounds),
                    "ms",
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
