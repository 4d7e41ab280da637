"""Ties a process to its parent, so that killing the parent with -9 leaves nothing behind. Linux only; Django-free."""

import ctypes
import multiprocessing
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_server() -> None:
    """In a worker of a server, die with it: the worker would outlive a kill -9 of the main process, port and all."""
    if multiprocessing.parent_process():
        die_with_parent()


def die_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send this process a signal when its parent ends, however it ends."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        # The parent ended before the kernel knew of the wish.
        os.kill(os.getpid(), number)
