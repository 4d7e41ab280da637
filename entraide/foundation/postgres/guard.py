"""The server's parent: starts it, waits until nobody has a lease on it any more, stops it, and ends with it."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from entraide.foundation.postgres.cluster import STOP_SECONDS, Cluster
from entraide.foundation.postgres.lease import users_file


class _Ended(Exception):
    """The server has ended by itself, or this process was asked to end."""


def guard(cluster: Cluster, *, durable: bool) -> int:
    """Run the server for as long as anybody has a lease; return its exit code."""
    users = os.open(users_file(cluster), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    server = cluster.spawn(durable=durable)
    try:
        signal.signal(signal.SIGCHLD, _stop_waiting)
        signal.signal(signal.SIGTERM, _stop_waiting)
        # The server may have ended before its signal could be heard.
        if server.poll() is None:
            fcntl.flock(users, fcntl.LOCK_EX)
    except _Ended:
        pass
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> int:
    """Ask for a fast shutdown, which keeps all that was committed; insist when that takes too long."""
    for request in (signal.SIGINT, signal.SIGQUIT):
        if server.poll() is None:
            server.send_signal(request)
        try:
            return server.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    server.kill()
    return server.wait()


def _stop_waiting(_number: int, _frame: FrameType | None) -> None:
    raise _Ended


if __name__ == "__main__":
    var_dir, major, mode = sys.argv[1:]
    sys.exit(guard(Cluster.of(var_dir=Path(var_dir), major=int(major)), durable=mode == "durable"))
