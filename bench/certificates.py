"""`bin/bench certificates`: seals a second over HTTP beside the same function and bare ECDSA; verifications; the pages.

The seal process runs on one processor, the load generator on the others. Rounds go in turn and figures are medians.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from bench import certificate_pages, certificate_reading, node
from bench.lane import processors, say
from bench.report import ROOT, Figure, Side, finish
from entraide.certificates.api import (
    Certificate,
    Declaration,
    Form,
    KeyList,
    ListedKey,
    PrivateKey,
    Verdict,
    commitment,
    judge,
    load_forms,
    seal,
    to_text,
    write_declaration,
)

CONNECTIONS = 64
NOW = 1_795_440_240
# A fictional person with the ten fields of a form of 2020.
PERSON = Declaration(
    salt=bytes(range(16)),
    form="fr.dep/1",
    values={
        2: "Anne-Françoise",
        3: "Lefèvre-Nguyễn",
        4: "1984-07-14",
        5: "Saint-Denis (La Réunion)",
        6: "12 bis rue du Général de Gaulle, Bât. C",
        7: "93200",
        8: "Saint-Denis",
        9: NOW + 360,
        10: ("sante", "famille"),
        11: NOW,
    },
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How many rounds of how many seconds, and how many of the pages."""

    rounds: int
    seconds: float
    pages: int


FULL = Scale(rounds=5, seconds=6, pages=9)
QUICK = Scale(rounds=1, seconds=2, pages=3)


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    scale = QUICK if quick else FULL
    server_on, rest_on = processors()
    figures = [*_rates(scale, server_on, rest_on), *_verifications(scale), *_code()]
    figures += certificate_pages.figures(rounds=scale.pages)
    figures += certificate_reading.figures(PERSON, verdicts=scale.rounds * 4)
    return finish(benchmark="certificates", figures=figures, quick=quick)


def _rates(scale: Scale, server_on: set[int], rest_on: set[int]) -> Iterator[Figure]:
    """Compare what one process on one processor seals over HTTP with what the function and the curve alone do there."""
    key = PrivateKey.generate()
    signing = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    message = bytes(84)
    hashed = commitment(write_declaration(PERSON))
    over_http, function, bare, slow, spent, spent_alone = [], [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder), server_on) as server:
        for number in range(scale.rounds):
            say(f"round {number + 1} of {scale.rounds}: seals over HTTP")
            os.sched_setaffinity(0, rest_on)
            used = server.processor_seconds()
            seen = _load(server.port, scale.seconds)
            spent.append((server.processor_seconds() - used) / (seen["per_second"] * scale.seconds) * 1e6)
            over_http.append(seen["per_second"])
            slow.append(seen["p99_ms"])
            say(f"round {number + 1} of {scale.rounds}: the function without HTTP, and the curve")
            # The same processor as the server's, which has nothing to do now.
            os.sched_setaffinity(0, server_on)
            used = time.process_time()
            function.append(
                _per_second(lambda: seal(commitment=hashed, signer=key, at=NOW).attached(hashed), scale.seconds / 2)
            )
            spent_alone.append((time.process_time() - used) / (function[-1] * scale.seconds / 2) * 1e6)
            bare.append(_per_second(lambda: key.key.sign(message, signing), scale.seconds / 2))
    os.sched_setaffinity(0, server_on | rest_on)
    rate, alone = statistics.median(over_http), statistics.median(function)
    yield Figure(f"seals over HTTP, {CONNECTIONS} connections", rate, "a second", Side.AT_LEAST, 4_000)
    yield Figure("  slowest round", min(over_http), "a second")
    yield Figure("  99th percentile", statistics.median(slow), "ms")
    yield Figure("the seal function without HTTP", alone, "a second")
    yield Figure("  seals over HTTP to it", rate / alone, "", Side.AT_LEAST, 0.5)
    # What other programs on the machine take away does not count in these two.
    yield Figure("processor time of a seal over HTTP", statistics.median(spent), "µs")
    yield Figure("processor time of the function", statistics.median(spent_alone), "µs")
    yield Figure("bare ECDSA P-256, deterministic", statistics.median(bare), "a second")


def _verifications(scale: Scale) -> Iterator[Figure]:
    """Judge a sealed certificate from its text: Base45, CBOR, declaration, signature, form, window."""
    key = PrivateKey.generate()
    data = write_declaration(PERSON)
    text = to_text(Certificate(data, seal(commitment=commitment(data), signer=key, at=NOW)))
    midnight = NOW - NOW % 86_400
    keys = KeyList(
        version=1,
        issued=midnight,
        expires=midnight + 259_200,
        keys=(ListedKey(key.public, midnight, midnight + 86_400),),
    )
    forms = {form.id: _in_force(form) for form in load_forms().values()}
    if judge(text, keys=keys, forms=forms, now=NOW + 60).verdict != Verdict.SEALED:
        raise SystemExit("the certificate of the benchmark is not sealed")
    rates = []
    for number in range(scale.rounds):
        say(f"round {number + 1} of {scale.rounds}: verifications")
        rates.append(_per_second(lambda: judge(text, keys=keys, forms=forms, now=NOW + 60), scale.seconds / 2))
    yield Figure("verifications in Python, from the text", statistics.median(rates), "a second", Side.AT_LEAST, 1_200)
    yield Figure("  slowest round", min(rates), "a second")


def _code() -> Iterator[Figure]:
    """Draw the ten-field person's QR code."""
    import segno

    key = PrivateKey.generate()
    data = write_declaration(PERSON)
    text = to_text(Certificate(data, seal(commitment=commitment(data), signer=key, at=NOW)))
    drawn = segno.make(text, error="m", mode="alphanumeric", micro=False, boost_error=False)
    yield Figure("QR version for the ten-field person, level M", float(drawn.version), "", Side.AT_MOST, 13)
    yield Figure("  characters", len(text), "")


def _in_force(form: Form) -> Form:
    return replace(form, first_on=date(2026, 1, 1), last_on=None)


def _per_second(work: Callable[[], object], seconds: float) -> float:
    """Return how often some work is done a second."""
    count, started = 0, time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        for _ in range(100):
            work()
        count += 100
    return count / passed


def _server(folder: Path, server_on: set[int]) -> AbstractContextManager[node.Server]:
    """Run the seal process with keys of its own. A benchmark of one network must not meet its limit."""
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        os.environ.pop(name, None)
    return node.server(
        target="config.seals:served", interface="rsgi", processors=server_on, MODE="development",
        VAR_DIR=str(folder), SEALS_PER_NETWORK="10000000", LOG_LEVEL="error",
    )  # fmt: skip


def _load(port: int, seconds: float) -> dict[str, float]:
    """Run the load generator; return what it saw. Ends the benchmark when an answer was no seal."""
    command = [
        sys.executable, "-m", "bench.seals", "--port", str(port), "--connections", str(CONNECTIONS), "--seconds",
        str(seconds),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seen: dict[str, float] = json.loads(done.stdout)
    if seen["not_ok"] or seen["broken"]:
        raise SystemExit(f"not everything was sealed: {seen}")
    return seen
