"""How the gateway's calls to the private endpoint are signed: by time, path and body, with a key of their own. Pure.

The endpoint answers nobody else, wherever it can be reached from. A call that is repeated within its time does nothing
twice: a token is used once, and whoever is out is out.
"""

import hashlib
import hmac

from entraide.meetings.rules.keys import key_for

HEADER = "X-Entraide-Call"
# Clocks of nodes may differ by so much.
LASTS_SECONDS = 30


def call_key(secret: str) -> bytes:
    """Return the key of calls, which follows from the secret of the deployment and opens nothing else."""
    return key_for("meetings private call", secret=secret)


def signed(*, path: str, body: bytes, key: bytes, at: int) -> str:
    """Return the header of a call made at `at`, in seconds since 1970."""
    mark = hmac.new(key, f"{at}\n{path}\n".encode() + body, hashlib.sha256)
    return f"{at}.{mark.hexdigest()}"


def is_signed(header: str, *, path: str, body: bytes, key: bytes, now: int) -> bool:
    """Tell whether a header is that of this very call, made a moment ago."""
    written, _, _ = header.partition(".")
    if not (written.isascii() and written.isdigit() and len(written) <= 12):
        return False
    at = int(written)
    return abs(now - at) <= LASTS_SECONDS and hmac.compare_digest(
        header.encode(), signed(path=path, body=body, key=key, at=at).encode()
    )
