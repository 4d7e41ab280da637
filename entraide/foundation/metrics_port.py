"""The private port on which a process in production shows its measurements. Django-free."""

import errno
import logging

from prometheus_client import start_http_server

logger = logging.getLogger(__name__)
PORTS_TRIED = 16


def open_port(*, host: str, first: int) -> int:
    """Serve /metrics from a thread of this process and return the port: `first`, or the next one that is free.

    The workers of one server share a machine and a setting, so each takes the next port.
    """
    for port in range(first, first + PORTS_TRIED):
        try:
            start_http_server(port, addr=host)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            logger.info("metrics are on port %s", port)
            return port
    raise OSError(errno.EADDRINUSE, f"METRICS_PORT: ports {first} to {first + PORTS_TRIED - 1} are all taken")
