"""Many people at the same moment, each on a connection of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

THREADS = 30


def in_threads(calls: list[Callable[[], str]]) -> list[str]:
    """Run calls in many threads, each with a connection of its own, all let go at the same moment."""
    shares = [calls[start::THREADS] for start in range(min(THREADS, len(calls)))]
    gate = threading.Barrier(len(shares), timeout=30)

    def work(share: list[Callable[[], str]]) -> list[str]:
        gate.wait()
        try:
            return [call() for call in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(shares)) as pool:
        return [told for share in pool.map(work, shares) for told in share]
