"""Fetches a partner's feed into a file, within bounds of size, time and redirects, and from public addresses alone."""

import http.client
import time
from contextlib import closing
from dataclasses import dataclass
from typing import IO
from urllib.parse import SplitResult, urljoin

from django.conf import settings

from entraide.foundation import outward

MOST_BYTES = 150_000_000
MOST_SECONDS = 300.0
MOST_REDIRECTS = 3
PART = 65_536
_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Exception):
    """A feed could not be fetched. `reason` is a code, `detail` what was met."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail[:300]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much, how long and how far."""

    most_bytes: int = MOST_BYTES
    most_seconds: float = MOST_SECONDS
    most_redirects: int = MOST_REDIRECTS


def fetch(url: str, into: IO[bytes], *, bounds: Bounds | None = None) -> int:
    """Write what is at an address into a file and return how many bytes it is. Raises NotFetched."""
    limits = bounds or Bounds()
    deadline = time.monotonic() + limits.most_seconds
    for _ in range(limits.most_redirects + 1):
        target = _parts(url)
        try:
            with closing(_line(target)) as line, outward.cut_at(deadline, line):
                answer = _ask(line, target)
                moved = answer.headers.get("Location") if answer.status in _REDIRECTS else None
                if not moved:
                    return _download(answer, into, limits, deadline)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            reason = "TOO_SLOW" if time.monotonic() >= deadline else "UNREACHABLE"
            raise NotFetched(reason, type(error).__name__) from error
        url = urljoin(url, moved)
    raise NotFetched("TOO_MANY_REDIRECTS", url)


def _parts(url: str) -> SplitResult:
    try:
        return outward.parts_of(url)
    except outward.BadAddress as error:
        raise NotFetched("BAD_ADDRESS", url) from error


def _line(target: SplitResult) -> outward.Line:
    try:
        return outward.line_to(target, networks=settings.FEED_NETWORKS)
    except outward.PrivateAddress as error:
        raise NotFetched("PRIVATE_ADDRESS", target.hostname or "") from error


def _ask(line: outward.Line, target: SplitResult) -> http.client.HTTPResponse:
    line.request(
        "GET",
        outward.path_of(target),
        # No compression: a small answer must not unfold into a huge one.
        headers={"Accept": "application/xml, */*;q=0.1", "Accept-Encoding": "identity", "User-Agent": "Entraide"},
    )
    return line.getresponse()


def _download(answer: http.client.HTTPResponse, into: IO[bytes], limits: Bounds, deadline: float) -> int:
    """Write an answer into a file and return how many bytes it is. Raises NotFetched."""
    if answer.status != 200:
        raise NotFetched("BAD_STATUS", str(answer.status))
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched("COMPRESSED", answer.headers["Content-Encoding"])
    told = answer.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > limits.most_bytes:
        raise NotFetched("TOO_LARGE", told)
    size = 0
    while part := answer.read1(PART):
        size += len(part)
        if size > limits.most_bytes:
            raise NotFetched("TOO_LARGE", f"> {limits.most_bytes}")
        if time.monotonic() > deadline:
            raise NotFetched("TOO_SLOW", f"{size}")
        into.write(part)
    if time.monotonic() > deadline:
        raise NotFetched("TOO_SLOW", f"{size}")
    if told.isdigit() and size < int(told):
        raise NotFetched("CUT_SHORT", f"{size} / {told}")
    return size
