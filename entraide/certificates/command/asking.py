"""Asks a seal process for seals, lists and forms, over one kept connection; waits when it is told to."""

import http.client
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from entraide.certificates.errors import Unusable
from entraide.certificates.seals import ATTACHED_BYTES, Seal, read_attached

TIMEOUT_SECONDS = 20
LONGEST_WAIT_SECONDS = 120
MOST_BYTES = 1_000_000


class NoAnswer(Unusable):
    """The seal process did not answer as it should. The message says what happened."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it came."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, or nothing."""
        return next((value for known, value in self.headers if known.lower() == name), "")


class Link:
    """A connection to a server, opened again when it was closed while nothing was asked. No redirection is followed."""

    def __init__(self, address: str) -> None:
        """Take an address such as https://sceau.example. Raises NoAnswer when it is none."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise NoAnswer(f"{address!r} is no http(s) address") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NoAnswer(f"{address!r} is no http(s) address")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._link = kind(parts.hostname, port, timeout=TIMEOUT_SECONDS)
        self._path = parts.path.rstrip("/")
        self.name = f"{parts.scheme}://{parts.netloc}"

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] = MappingProxyType({}),
        most_bytes: int = MOST_BYTES,
    ) -> Answered:  # fmt: skip
        """Ask, twice if need be: all that is asked here may be asked again. Raises NoAnswer."""
        for attempt in (1, 2):
            try:
                self._link.request(method, self._path + path, body=body, headers=dict(headers))
                answer = self._link.getresponse()
                found = answer.read(most_bytes + 1)
            except (OSError, http.client.HTTPException) as error:
                self._link.close()
                if attempt == 2:
                    raise NoAnswer(f"{self.name} cannot be reached: {error}") from error
            else:
                if len(found) > most_bytes:
                    self._link.close()
                    raise NoAnswer(f"{self.name}{path} is longer than {most_bytes} bytes")
                return Answered(answer.status, answer.getheaders(), found)
        raise AssertionError("unreachable")


class SealClient:
    """A connection to a seal process. What goes out is 32 bytes, and nothing that says who asks."""

    def __init__(self, address: str) -> None:
        """Take an address such as https://sceau.example. Raises NoAnswer when it is none."""
        self._link = Link(address)

    def __enter__(self) -> "SealClient":
        return self

    def __exit__(self, *_error: object) -> None:
        self._link.close()

    def seal(self, commitment: bytes, *, wait: Callable[[float], None] = time.sleep) -> Seal:
        """Return a seal over a hash, after waiting where too many are asked for. Raises NoAnswer."""
        while True:
            answer = self._link.ask("POST", "/v1/seal", body=commitment)
            if answer.status != 429:
                break
            after = answer.header("retry-after")
            wait(min(float(after) if after.isdigit() else 5.0, LONGEST_WAIT_SECONDS))
        if answer.status != 200 or len(answer.body) != ATTACHED_BYTES:
            raise NoAnswer(f"{self._link.name} answered {answer.status} instead of a seal")
        seal, sealed = read_attached(answer.body)
        if sealed != commitment:
            raise NoAnswer(f"{self._link.name} sealed another hash than the one that was sent")
        return seal

    def document(self, path: str) -> bytes:
        """Return a signed document. Raises NoAnswer."""
        answer = self._link.ask("GET", path)
        if answer.status != 200:
            raise NoAnswer(f"{self._link.name}{path} answered {answer.status}")
        return answer.body


def read_from(place: str, *, path: str) -> bytes:
    """Return a signed document from a file, or from a seal process at an address. Raises NoAnswer or OSError."""
    if place.startswith(("http://", "https://")):
        with SealClient(place) as client:
            return client.document(path)
    return Path(place).read_bytes()
