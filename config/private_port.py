"""Opens the private port of /metrics in production, once for each process that calls it."""

from functools import cache

from config import environment as names
from entraide.foundation import metrics_port


@cache
def open_private_port() -> None:
    """Show this process's measurements on METRICS_PORT, or the next free port, in production when it is set."""
    environment = names.from_process()
    first = environment.value(names.METRICS_PORT)
    if first and environment.value(names.MODE) == "production":
        metrics_port.open_port(host=environment.value(names.METRICS_HOST), first=first)
