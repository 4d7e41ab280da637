"""One run of a partner's feed in a process of its own, as the worker makes it: `python -m bench.feeds_run PARTNER_ID`.

It prints what the run counted, how long it and its batches took, and how large the process became, as JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from bench import node


def main() -> None:
    """Run the feed of the partner that is named once."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from entraide.exchange.actions import pulling

    settings.FEED_NETWORKS = (ip_network("127.0.0.0/8"),)
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    batches: list[float] = [0.0]
    with _timed(pulling, "receive", batches):
        of_database, of_process = node.processor_seconds(backend), time.process_time()
        started = time.perf_counter()
        run = pulling.pull(partner_id=UUID(sys.argv[1]))
        seconds = time.perf_counter() - started
        of_database, of_process = node.processor_seconds(backend) - of_database, time.process_time() - of_process
    if run is None or run.state != "done":
        raise SystemExit(f"the run ended otherwise: {run and (run.state, run.reason, run.detail)}")
    seen = {
        "seen": run.seen, "created": run.created, "changed": run.changed, "unchanged": run.unchanged,
        "seconds": seconds, "process": of_process, "database": of_database, "longest_batch": max(batches),
        "largest_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip
    print(json.dumps(seen))


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


if __name__ == "__main__":
    main()
