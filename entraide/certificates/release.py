"""A release of the site: hash and headers of each file, signed by a root; and what a running site differs in. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

from entraide.certificates import cbor, signed
from entraide.certificates.curve import PublicKey, Signer
from entraide.certificates.errors import Malformed
from entraide.certificates.signed import Kind
from entraide.certificates.site_files import DAILY_SUMS_ADDRESS, SUMS_ADDRESS, SiteFile, address_of

# Of the way and the moment, not of the site: a server may add these. Anything else that it adds is told.
OF_THE_WAY = frozenset({
    "accept-ranges", "age", "alt-svc", "connection", "content-encoding", "content-length", "date", "etag", "expires",
    "keep-alive", "last-modified", "server", "strict-transport-security", "transfer-encoding", "vary", "via",
})  # fmt: skip
_REFERRING = frozenset({"action", "data", "formaction", "href", "ping", "poster", "src"})


@dataclass(frozen=True, slots=True)
class Listed:
    """What a file must be served as: the SHA-256 of its bytes, unpacked, and its headers."""

    digest: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Release:
    """Every file of a site by its address."""

    version: int
    issued: int
    files: Mapping[str, Listed]


@dataclass(frozen=True, slots=True)
class Served:
    """What a site answered at an address, unpacked. A header may come more than once."""

    status: int
    data: bytes
    headers: Sequence[tuple[str, str]]


class Kinds(StrEnum):
    """How a running site may differ."""

    MISSING = "missing"
    DIFFERS = "differs"
    EXTRA = "extra"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a running site is not the release. `told` is one line."""

    kind: Kinds
    address: str
    told: str


def of(files: Mapping[str, SiteFile], *, version: int, issued: int) -> Release:
    """Return the release that these files are: those of the build, which its own list names, and that list.

    What holds the day's list of keys is in none: the root stays off the network. Raises Malformed when a file is not as
    the build made it.
    """
    return Release(version=version, issued=issued, files=_named_in(SUMS_ADDRESS, files))


def build_of(files: Mapping[str, SiteFile]) -> Release:
    """Return all that a build made, what holds its list of keys too, as a release that nobody signed.

    Raises Malformed as `of` does.
    """
    listed = _named_in(SUMS_ADDRESS, files) | _named_in(DAILY_SUMS_ADDRESS, files)
    return Release(version=0, issued=0, files=listed)


def _named_in(address: str, files: Mapping[str, SiteFile]) -> dict[str, Listed]:
    """Return the files that a list of the build names, and that list."""
    sums = files.get(address)
    if sums is None:
        raise Malformed(f"there is no {address[1:]}: this is no built site")
    listed = {address: Listed(hashlib.sha256(sums.data).digest(), sums.headers)}
    for line in sums.data.decode("utf-8").splitlines():
        written, _, name = line.partition("  ")
        file = files.get(place := address_of(PurePosixPath(name)))
        if file is None or hashlib.sha256(file.data).hexdigest() != written:
            raise Malformed(f"{name} is not what the build made: build the site again")
        listed[place] = Listed(bytes.fromhex(written), file.headers)
    return listed


def sign(release: Release, *, root: Signer, endorsements: Sequence[bytes] = ()) -> bytes:
    """Return the release as a signed document."""
    files = {address: [listed.digest, dict(listed.headers)] for address, listed in release.files.items()}
    content = cbor.encode({0: release.version, 1: release.issued, 2: files})
    return signed.sign(Kind.RELEASE, content, root=root, endorsements=endorsements)


def read(data: bytes, *, roots: Sequence[PublicKey], now: int, known_version: int = 0) -> Release:
    """Return the release in a signed document. Raises Malformed, Untrusted or Outdated."""
    payload = signed.opened(data, Kind.RELEASE, roots=roots, now=now)
    match cbor.decode(payload, most_bytes=signed.MOST_BYTES, most_depth=4):
        case {0: int() as version, 1: int() as issued, 2: dict() as files, **rest} if not rest:
            pass
        case _:
            raise Malformed("not a release of the site")
    signed.check_version(version=version, known=known_version)
    signed.check_issued(issued=issued, now=now)
    return Release(version, issued, {_address(key): _listed(entry) for key, entry in files.items()})


def _address(key: object) -> str:
    if not isinstance(key, str) or not key.startswith("/"):
        raise Malformed("an address in a release begins with a slash")
    return key


def _listed(entry: object) -> Listed:
    match entry:
        case [bytes() as digest, dict() as headers] if len(digest) == 32 and all(
            isinstance(part, str) for pair in headers.items() for part in pair
        ):
            return Listed(digest, headers)
    raise Malformed("not an entry of a release")


def differences(release: Release, address: str, served: Served) -> list[Difference]:
    """Return in what an answer is not what the release says of its address."""
    listed = release.files[address]
    if served.status != 200:
        return [Difference(Kinds.MISSING, address, f"answered {served.status}")]
    found = _of_headers(listed, address, served)
    digest = hashlib.sha256(served.data).digest()
    if digest == listed.digest:
        return found
    found.append(Difference(Kinds.DIFFERS, address, f"SHA-256 {digest.hex()} instead of {listed.digest.hex()}"))
    if listed.headers.get("Content-Type", "").startswith("text/html"):
        strange = sorted(_references(served.data, address) - set(release.files))
        found += [Difference(Kinds.EXTRA, each, f"is in no release, and {address} refers to it") for each in strange]
    return found


def _of_headers(listed: Listed, address: str, served: Served) -> list[Difference]:
    came: dict[str, list[str]] = {}
    for name, value in served.headers:
        came.setdefault(name.lower(), []).append(value)
    found = []
    for name, wished in listed.headers.items():
        got = came.pop(name.lower(), [])
        if [_plain(value) for value in got] != [_plain(wished)]:
            told = " and ".join(map(repr, got)) or "nothing"
            found.append(Difference(Kinds.HEADER, address, f"{name}: {told} instead of {wished!r}"))
    for name, values in came.items():
        if name not in OF_THE_WAY:
            found.append(Difference(Kinds.HEADER, address, f"{name}: {values[0]!r}, which no file of the release has"))
    return found


def _plain(value: str) -> str:
    """Return a header's value as it counts: servers write spaces and the names of media types their own way."""
    return "".join(value.lower().split())


def _references(data: bytes, address: str) -> set[str]:
    """Return what a page refers to: paths of its own site, whole addresses of others."""
    parser = _References()
    parser.feed(data.decode("utf-8", errors="replace"))
    found = set()
    for reference in parser.found:
        try:
            parts = urlsplit(urljoin(f"//site{address}", reference))
        except ValueError:  # No address at all, which none of our pages has.
            found.add(reference)
            continue
        found.add(parts.path if parts.netloc == "site" else reference)
    return found


class _References(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # What an address holds itself leads nowhere.
        self.found += [
            value.strip() for name, value in attrs if name in _REFERRING and value and not value.startswith("data:")
        ]
