"""Releases of the site: signed and read back, and every way in which a running site may differ is told."""

import hashlib
from collections.abc import Sequence

import pytest

from entraide.certificates import cbor, release, signed
from entraide.certificates.curve import PrivateKey
from entraide.certificates.errors import Malformed, Outdated, Untrusted
from entraide.certificates.release import Difference, Kinds, Listed, Served
from entraide.certificates.signed import Kind
from entraide.certificates.site_files import SiteFile

NOW = 1_795_440_240
ROOT = PrivateKey.generate()
PAGE = b'<!doctype html><a href="/verify/">x</a><img src="/icon.svg"><a href="#main">y</a>'
HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'"}
FILES = {
    "/": SiteFile(PAGE, HEADERS),
    "/verify/": SiteFile(PAGE, HEADERS),
    "/icon.svg": SiteFile(b"<svg/>", {"Content-Type": "image/svg+xml"}),
}
SUMS = "".join(
    f"{hashlib.sha256(file.data).hexdigest()}  {address.lstrip('/')}{'index.html' if address.endswith('/') else ''}\n"
    for address, file in FILES.items()
).encode()
ONE_FILE = SiteFile(b"<!doctype html>all of it", HEADERS)
DAILY_SUMS = f"{hashlib.sha256(ONE_FILE.data).hexdigest()}  attestations.html\n".encode()
# What changes from day to day, and the release itself, are in no release.
BUILT = {
    **FILES,
    "/attestations.html": ONE_FILE,
    "/SHA256SUMS": SiteFile(SUMS, {}),
    "/SHA256SUMS.daily": SiteFile(DAILY_SUMS, {}),
    "/release.cose": SiteFile(b"itself", {}),
}
RELEASE = release.of(BUILT, version=4, issued=NOW)


def served(
    data: bytes = PAGE, status: int = 200, headers: Sequence[tuple[str, str]] = tuple(HEADERS.items())
) -> Served:
    return Served(status, data, headers)


def told(answer: Served, address: str = "/") -> list[tuple[Kinds, str]]:
    return [(each.kind, each.address) for each in release.differences(RELEASE, address, answer)]


def test_a_signed_release_comes_back_and_does_not_list_itself() -> None:
    data = release.sign(RELEASE, root=ROOT)
    found = release.read(data, roots=[ROOT.public], now=NOW)
    assert found == RELEASE
    assert set(found.files) == {*FILES, "/SHA256SUMS"}
    assert found.files["/icon.svg"].digest == hashlib.sha256(b"<svg/>").digest()


def test_a_build_is_its_release_and_what_holds_the_list_of_keys() -> None:
    found = release.build_of(BUILT)
    assert found.files == {
        **RELEASE.files,
        "/attestations.html": Listed(hashlib.sha256(ONE_FILE.data).digest(), HEADERS),
        "/SHA256SUMS.daily": Listed(hashlib.sha256(DAILY_SUMS).digest(), {}),
    }
    with pytest.raises(Malformed, match="not what the build made"):
        release.build_of({**BUILT, "/attestations.html": SiteFile(b"another", HEADERS)})


def test_files_that_are_not_as_they_were_built_are_not_signed() -> None:
    for change in ({"/icon.svg": SiteFile(b"<svg></svg>", {})}, {"/SHA256SUMS": SiteFile(SUMS + b"00  none.js\n", {})}):
        with pytest.raises(Malformed, match="not what the build made"):
            release.of({**BUILT, **change}, version=4, issued=NOW)


def test_a_release_by_a_stranger_an_older_one_and_one_for_later_are_refused() -> None:
    data = release.sign(RELEASE, root=ROOT)
    with pytest.raises(Untrusted):
        release.read(data, roots=[PrivateKey.generate().public], now=NOW)
    with pytest.raises(Outdated):
        release.read(data, roots=[ROOT.public], now=NOW, known_version=5)
    with pytest.raises(Outdated):
        release.read(data, roots=[ROOT.public], now=NOW - 301)
    with pytest.raises(Malformed):
        signed.opened(data, Kind.KEYS, roots=[ROOT.public], now=NOW)


@pytest.mark.parametrize(
    "content",
    [
        [],
        {0: 1, 1: NOW},
        {0: 1, 1: NOW, 2: {}, 3: 0},
        {0: 1, 1: NOW, 2: {"icon.svg": [bytes(32), {}]}},
        {0: 1, 1: NOW, 2: {1: [bytes(32), {}]}},
        {0: 1, 1: NOW, 2: {"/": [bytes(31), {}]}},
        {0: 1, 1: NOW, 2: {"/": [bytes(32), {"X": 1}]}},
        {0: 1, 1: NOW, 2: {"/": bytes(32)}},
    ],
)
def test_what_a_root_signed_by_mistake_is_refused(content: object) -> None:
    data = signed.sign(Kind.RELEASE, cbor.encode(content), root=ROOT)
    with pytest.raises(Malformed):
        release.read(data, roots=[ROOT.public], now=NOW)


def test_what_is_served_as_it_was_signed_has_no_difference() -> None:
    assert told(served()) == []
    # How servers write the same, and what belongs to the way.
    written = [("content-type", "text/html;charset=UTF-8"), ("CONTENT-SECURITY-POLICY", "default-src  'none'")]
    assert told(served(headers=[*written, ("Date", "today"), ("ETag", '"x"'), ("Server", "some")])) == []


def test_other_bytes_other_status_and_what_they_lead_to_are_told() -> None:
    assert told(served(status=404)) == [(Kinds.MISSING, "/")]
    assert told(served(status=302)) == [(Kinds.MISSING, "/")]
    strange = PAGE + b'<script src="evil.js"></script><link href="https://elsewhere.example/x.css"><form action="/in">'
    assert told(served(strange)) == [
        (Kinds.DIFFERS, "/"),
        (Kinds.EXTRA, "/evil.js"),
        (Kinds.EXTRA, "/in"),
        (Kinds.EXTRA, "https://elsewhere.example/x.css"),
    ]
    # In a picture nothing is looked for.
    assert told(Served(200, strange, [("Content-Type", "image/svg+xml")]), "/icon.svg") == [
        (Kinds.DIFFERS, "/icon.svg")
    ]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([("Content-Type", HEADERS["Content-Type"])], "nothing instead of"),
        ([*HEADERS.items(), ("Content-Security-Policy", "default-src *")], "and"),
        (
            [("Content-Type", "text/plain"), ("Content-Security-Policy", "default-src 'none'")],
            "'text/plain' instead of",
        ),
        ([*HEADERS.items(), ("Set-Cookie", "visid_incap=1")], "Set-Cookie"),
        ([*HEADERS.items(), ("Access-Control-Allow-Origin", "*")], "which no file of the release has"),
        ([*HEADERS.items(), ("Refresh", "0;url=https://elsewhere.example")], "elsewhere.example"),
    ],
)
def test_each_header_that_differs_is_told(headers: list[tuple[str, str]], words: str) -> None:
    (found,) = release.differences(RELEASE, "/", served(headers=headers))
    assert found.kind == Kinds.HEADER
    assert words.lower() in found.told.lower()


def test_a_page_of_any_bytes_is_looked_through() -> None:
    for data in (b"", b"\xff\xfe<a href=", b"<" * 100_000, b'<a href="http://[::1">'):
        found = release.differences(RELEASE, "/", served(data))
        assert Difference(Kinds.DIFFERS, "/", found[0].told) in found
