"""How the scripts speak: calm lines of progress, and one line when something is in the way."""

import errno
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

REASONS = {
    errno.ENOSPC: "the disk is full: make room and start again",
    errno.EDQUOT: "your disk quota is used up: make room and start again",
    errno.EROFS: "it is on a read-only file system: clone into a folder that you may write to",
    errno.EACCES: "you may not write there: clone into a folder that is yours, or give it back with chown",
    errno.EPERM: "you may not write there: clone into a folder that is yours, or give it back with chown",
}


class Refusal(Exception):
    """A step cannot be done. The message is one line that says why and what to do."""

    def __init__(self, message: str, *, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def say(line: str) -> None:
    """Print a line of progress. It goes to standard error, so that the output of a command stays clean."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    say(f"· {what} …")
    began = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - began:.1f} s")


def refuse(error: Refusal | OSError) -> NoReturn:
    """End this process with the one line of an error."""
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        reason = REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())
        say(f"Entraide cannot go on: {where}{reason}.")
        sys.exit(74)
    say(str(error))
    sys.exit(error.code)
