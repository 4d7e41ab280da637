"""The checksums of the BigBlueButton API: over what was sent, byte for byte, since `%20` and `+` give different sums.

Source: docs.bigbluebutton.org/development/api, "Usage".
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

# By the length of what is written: who calls chooses.
ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
SHA1_LENGTH = 40
MOST_PARAMETERS = 300
_SUM = re.compile(r"[0-9a-f]+")


class Unreadable(Exception):
    """What was sent is no list of parameters."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a call signed, and with what sum."""

    call: str
    query: bytes
    checksum: str


def without_checksum(raw: bytes) -> tuple[bytes, str]:
    """Return a raw query without its checksum, wherever it stands, and the checksum; a second one makes it void."""
    parts = raw.split(b"&") if raw else []
    sums = [part for part in parts if part.startswith(b"checksum=")]
    rest = b"&".join(part for part in parts if not part.startswith(b"checksum="))
    written = sums[0].removeprefix(b"checksum=") if len(sums) == 1 else b""
    return rest, written.decode("ascii", "replace").lower()


def checksum(signed: bytes, *, secret: str, algorithm: str) -> str:
    """Return the sum of what is signed with a secret."""
    return hashlib.new(algorithm, signed + secret.encode()).hexdigest()


def is_signed(signed: Signed, *, secrets: Sequence[str], takes_sha1: bool) -> bool:
    """Tell whether a call was signed with any of these secrets."""
    algorithm = ALGORITHMS.get(len(signed.checksum))
    if algorithm is None or not _SUM.fullmatch(signed.checksum):
        return False
    if len(signed.checksum) == SHA1_LENGTH and not takes_sha1:
        return False
    said = signed.call.encode() + signed.query
    return any(
        hmac.compare_digest(checksum(said, secret=each, algorithm=algorithm), signed.checksum) for each in secrets
    )


def callback_signed(url: str, *, body: bytes, secret: str) -> str:
    """Return the address of a webhook with the sum of address and body at its end."""
    written = checksum(url.encode() + body, secret=secret, algorithm="sha256")
    return f"{url}{'&' if '?' in url else '?'}checksum={written}"


def read_parameters(raw: bytes) -> dict[str, str]:
    """Return what a query says; of a parameter that is there twice, the first. Raises Unreadable."""
    try:
        pairs = parse_qsl(
            raw.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace",
            max_num_fields=MOST_PARAMETERS,
        )  # fmt: skip
    except ValueError as error:
        raise Unreadable from error
    read: dict[str, str] = {}
    for name, value in pairs:
        read.setdefault(name, value)
    return read
