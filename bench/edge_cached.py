"""A cached page of the edge beside nginx serving the same bytes as a file, Varnish, and the cache of HAProxy.

All take the same certificate and ciphers, keep the same page of the same server, and run on the same processor; h2load
and the server behind have the others. Rounds alternate.
"""

import http.client
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median

from bench import edge_peers
from bench.edge_asking import CLIENTS, HTTP_1, Door, Round, ask_in_turn, door_of
from bench.lane import named, processors
from bench.report import Figure, Side
from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.backend import Backend
from tests.journeys.node import wait_for

LEAST_SHARE_OF_A_FILE = 0.8
PAGE = b"<!doctype html><p>La page que tout le monde lit ce soir.</p>\n" * 105
PATH = "/fr/"
OURS, FILE, VARNISH, HAPROXY = "cached page", "the same bytes as a file", "Varnish", "HAProxy"
# nginx ends a connection after 1000 requests, and h2load opens no second one over HTTP/2; by time it may never end.
REQUESTS = f"--requests={CLIENTS * 900}"
# What the rounds of each server saw, by the version of HTTP.
Seen = dict[str, dict[str, list[Round]]]


class NotAlike(Exception):
    """One of the servers does not do what the others do, so that a comparison would tell nothing."""


def measured(folder: Path, *, rounds: int) -> Seen:
    """Run all, ask them in turn, and return what each round saw. Raises NotAlike."""
    server_on, rest_on = processors()
    seen: Seen = {}
    with _kept(server_on, rest_on), _doors(folder, server_on, rest_on) as (backend, asked):
        for version, options in (("HTTP/1.1", (REQUESTS, HTTP_1)), ("HTTP/2", (REQUESTS,))):
            before = len(backend.asked)
            seen[version] = ask_in_turn(asked, *options, rounds=rounds)
            check(seen[version], asked_behind=len(backend.asked) - before)
    return seen


def setup(seen: Seen) -> dict[str, str]:
    """Return what each of the caches is, what was spoken with all of them, and on which processors they ran."""
    server_on, rest_on = processors()
    haproxy, varnish = edge_peers.version_of("haproxy", "-v"), edge_peers.version_of("varnishd", "-V")
    spoken = ", ".join(rounds[OURS][0].spoken for rounds in seen.values())
    return {
        OURS: f"nginx {edge_peers.version_of('nginx', '-v')} as `edge apply` writes it, with its log of requests",
        FILE: "the same nginx, below /static/, without a log",
        VARNISH: f"Varnish {varnish} (malloc, HTTP/2 on), TLS by HAProxy {haproxy} (TCP mode, PROXY, UNIX socket)",
        HAPROXY: f"HAProxy {haproxy} with TLS, HTTP/2 and its cache of small objects",
        "all four": f"{len(PAGE)} bytes, one certificate, {spoken}; each alone on processor {named(server_on)}, "
        f"h2load and the server behind on {named(rest_on)}",
    }


def figures(seen: Seen) -> Iterator[Figure]:
    """Yield the figures, for each version of HTTP."""
    for version, rounds in seen.items():
        yield from _figures(version, rounds)


def raw(seen: Seen) -> dict[str, object]:
    """Return what each round saw, for the file."""
    return {
        version: {name: [asdict(each) for each in rounds] for name, rounds in by_name.items()}
        for version, by_name in seen.items()
    }


@contextmanager
def _kept(server_on: set[int], rest_on: set[int]) -> Iterator[None]:
    """Keep this process, the server behind and h2load off the processor of the caches."""
    os.sched_setaffinity(0, rest_on)
    try:
        yield
    finally:
        os.sched_setaffinity(0, server_on | rest_on)


@contextmanager
def _doors(
    folder: Path, server_on: set[int], rest_on: set[int]
) -> Iterator[tuple[Backend, dict[str, tuple[Door, str]]]]:
    """Run all four, each with the page in its cache; yield the server behind, and where each is asked for what."""
    with backends.running() as backend, ExitStack() as running:
        backend.reply = lambda asked: backends.Reply(
            PAGE, headers={"Cache-Control": "public, s-maxage=3600", "Content-Type": "text/html"}
        )
        edge = edges.make(folder / "ours", backend)
        edge.write(rates=edges.WIDE_RATES)
        (folder / "ours" / "static" / "page.html").write_bytes(PAGE)
        certificate = edge.certificate.read_bytes() + edge.certificate.with_name("key.pem").read_bytes()
        # Who is started here runs where this thread may run.
        os.sched_setaffinity(0, server_on)
        running.enter_context(edges.running(edge))
        made = {
            name: running.enter_context(start(edge_peers.Wanted(folder / folder_name, certificate, backend.port)))
            for name, folder_name, start in (
                (VARNISH, "varnish", edge_peers.varnish), (HAPROXY, "haproxy", edge_peers.haproxy),
            )
        }  # fmt: skip
        os.sched_setaffinity(0, rest_on)
        ours = door_of(edge)
        asked = {OURS: (ours, PATH), FILE: (ours, "/static/page.html")}
        asked |= {name: (door, PATH) for name, door in made.items()}
        for name, (door, path) in asked.items():
            if wait_for(f"{name} to answer", partial(_body, door, path, edge.certificate)) != PAGE:
                raise NotAlike(f"{name} answers with another page")
        yield backend, asked


def _body(door: Door, path: str, certificate: Path) -> bytes | None:
    """Return what a server answers; None while it does not listen, or has nobody behind its door."""
    context = ssl.create_default_context(cafile=str(certificate))
    connection = http.client.HTTPConnection(edges.PORTAL)
    try:
        plain = socket.create_connection(("127.0.0.1", door.port), timeout=30)
        connection.sock = context.wrap_socket(plain, server_hostname=edges.PORTAL)
        connection.request("GET", path)
        return connection.getresponse().read()
    except (ConnectionError, ssl.SSLEOFError):
        return None
    finally:
        connection.close()


def check(seen: dict[str, list[Round]], *, asked_behind: int) -> None:
    """Raise NotAlike unless all spoke alike, and answered from what they keep."""
    spoken = {name: {each.spoken for each in rounds} for name, rounds in seen.items()}
    if len(set.union(*spoken.values())) != 1:
        raise NotAlike(f"not all speak alike: {spoken}")
    if asked_behind:
        raise NotAlike(f"the server behind was asked {asked_behind} times for a page that all keep")


def _figures(version: str, seen: dict[str, list[Round]]) -> Iterator[Figure]:
    for name, rounds in seen.items():
        yield Figure(f"{version}: {name}", median(each.per_second for each in rounds), "/s")
        yield Figure(f"{version}: {name}, processor", 1e6 * median(each.seconds for each in rounds), "µs")
    for name, whose in ((FILE, "the file"), (VARNISH, "Varnish"), (HAPROXY, "HAProxy")):
        pairs = zip(seen[OURS], seen[name], strict=True)
        share = median(ours.per_second / other.per_second for ours, other in pairs)
        bound = LEAST_SHARE_OF_A_FILE if name == FILE else None
        yield Figure(f"{version}: {OURS}, share of {whose} (pairs)", share, "", Side.AT_LEAST, bound)
    failed = sum(each.failed for rounds in seen.values() for each in rounds)
    yield Figure(f"{version}: requests that failed", failed, "", Side.AT_MOST, 0)
