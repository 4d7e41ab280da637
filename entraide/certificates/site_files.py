"""The built certificates site as files: at which address each is asked for, and which headers it is served with."""

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

HEADERS = "headers.json"
# What a root signed of these files. It says what they are and is none of them.
RELEASE = "release.cose"
RELEASE_ADDRESS = f"/{RELEASE}"
# The build's own lists of its files: of those that stay the same for one version, and of those that hold the day's list
# of keys, the one file for USB keys and the pages that offer it.
SUMS_ADDRESS = "/SHA256SUMS"
DAILY_SUMS_ADDRESS = "/SHA256SUMS.daily"
_EVERY_FILE = "*"
_INDEX = "index.html"
# The standard library does not know these.
_TYPES = {
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".js": "text/javascript",
    ".cose": 'application/cose; cose-type="cose-sign1"',
}
_TEXT = ("text/", "application/manifest", "image/svg")


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file and its headers, the media type among them."""

    data: bytes
    headers: Mapping[str, str]


def read(folder: Path) -> dict[str, SiteFile]:
    """Return the files of a built site by their addresses. Raises OSError when there is none in the folder."""
    wished: Mapping[str, Mapping[str, str]] = json.loads((folder / HEADERS).read_bytes())
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != HEADERS:
            address = address_of(file.relative_to(folder))
            headers = {**wished[_EVERY_FILE], **wished.get(address, {}), "Content-Type": _media_type(file)}
            found[address] = SiteFile(file.read_bytes(), headers)
    return found


def address_of(file: PurePath) -> str:
    """Return the path at which a file is asked for: a folder's page at the folder's."""
    whole = f"/{file.as_posix()}"
    return whole.removesuffix(_INDEX) if file.name == _INDEX else whole


def _media_type(file: Path) -> str:
    found = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
    return f"{found}; charset=utf-8" if found.startswith(_TEXT) else found
