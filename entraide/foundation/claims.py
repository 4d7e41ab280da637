"""What only one process at a time may have: a lock file, a port. Standard library only."""

import errno
import fcntl
import os
import socket
import time
from pathlib import Path

FREED_WITHIN_SECONDS = 3.0


class Taken(Exception):
    """Somebody else has it. The message is what the holder of a lock wrote about itself."""


def lock(file: Path, *, told: str) -> int:
    """Lock a file for as long as this process lives, write about ourselves into it, return its descriptor."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 500, 0).decode(errors="replace")
        os.close(descriptor)
        raise Taken(holder) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, told.encode(), 0)
    return descriptor


def port_is_free(*, host: str, port: int) -> bool:
    """Tell whether we may listen there. A port that a killed server is about to give back is waited for a moment.

    Raises OSError when the address is not this machine's or the port needs rights that we lack.
    """
    deadline = time.monotonic() + FREED_WITHIN_SECONDS
    while not _can_listen(host, port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _can_listen(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True
