"""Asks a seal process for seals, lists and forms, over one kept connection; waits when it is told to."""

import http.client
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from entraide.certificates.errors import Unusable
from entraide.certificates.seals import ATTACHED_BYTES, Seal, read_attached

TIMEOUT_SECONDS = 20
LONGEST_WAIT_SECONDS = 120
MOST_BYTES = 1_000_000


class NoAnswer(Unusable):
    """The seal process did not answer as it should. The message says what happened."""


class SealClient:
    """A connection to a seal process. What goes out is 32 bytes, and nothing that says who asks."""

    def __init__(self, address: str) -> None:
        """Take an address such as https://sceau.example. Raises NoAnswer when it is none."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NoAnswer(f"{address!r} is no http(s) address")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._link = kind(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS)
        self._path = parts.path.rstrip("/")
        self._name = f"{parts.scheme}://{parts.netloc}"

    def __enter__(self) -> "SealClient":
        return self

    def __exit__(self, *_error: object) -> None:
        self._link.close()

    def seal(self, commitment: bytes, *, wait: Callable[[float], None] = time.sleep) -> Seal:
        """Return a seal over a hash, after waiting where too many are asked for. Raises NoAnswer."""
        while True:
            status, body, retry_after = self._ask("POST", "/v1/seal", commitment)
            if status != 429:
                break
            wait(min(retry_after, LONGEST_WAIT_SECONDS))
        if status != 200 or len(body) != ATTACHED_BYTES:
            raise NoAnswer(f"{self._name} answered {status} instead of a seal")
        seal, sealed = read_attached(body)
        if sealed != commitment:
            raise NoAnswer(f"{self._name} sealed another hash than the one that was sent")
        return seal

    def document(self, path: str) -> bytes:
        """Return a signed document. Raises NoAnswer."""
        status, body, _ = self._ask("GET", path, None)
        if status != 200:
            raise NoAnswer(f"{self._name}{path} answered {status}")
        return body

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes, float]:
        for attempt in (1, 2):
            try:
                self._link.request(method, self._path + path, body=body)
                answer = self._link.getresponse()
                found = answer.read(MOST_BYTES)
            except (OSError, http.client.HTTPException) as error:
                # A kept connection may have been closed while nothing was asked; a seal asked for twice does no harm.
                self._link.close()
                if attempt == 2:
                    raise NoAnswer(f"{self._name} cannot be reached: {error}") from error
            else:
                after = answer.headers.get("retry-after", "")
                return answer.status, found, float(after) if after.isdigit() else 5.0
        raise AssertionError("unreachable")


def read_from(place: str, *, path: str) -> bytes:
    """Return a signed document from a file, or from a seal process at an address. Raises NoAnswer or OSError."""
    if place.startswith(("http://", "https://")):
        with SealClient(place) as client:
            return client.document(path)
    return Path(place).read_bytes()
