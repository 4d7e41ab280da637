"""What roots signed for this machine: lists of keys, also some for later days, and the set of forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from entraide.certificates import key_list
from entraide.certificates.curve import PublicKey
from entraide.certificates.errors import Malformed, Outdated, Unusable
from entraide.certificates.forms import signing
from entraide.certificates.forms.signing import FormSet
from entraide.certificates.key_list import KeyList
from entraide.certificates.keys.folder import KeyFolder

ROOTS = "roots.txt"
FOLDER = "published"


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """A list and its bytes."""

    data: bytes
    listing: KeyList


@dataclass(frozen=True, slots=True)
class PublishedForms:
    """A set of forms and its bytes."""

    data: bytes
    forms: FormSet


class Published:
    """The signed documents in a key folder."""

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder

    def roots(self) -> tuple[PublicKey, ...]:
        """Return the roots that this machine knows, one line of hexadecimal each. Raises Malformed."""
        try:
            lines = (self._folder.path / ROOTS).read_text(encoding="ascii").split()
            return tuple(PublicKey(bytes.fromhex(line)) for line in lines)
        except FileNotFoundError:
            return ()
        except ValueError as error:
            raise Malformed(f"{ROOTS} does not hold public keys: {error}") from error

    def know(self, roots: Sequence[PublicKey]) -> None:
        """Write down which roots this machine knows."""
        self._folder.write(ROOTS, "".join(f"{root.point.hex()}\n" for root in roots).encode())

    def install_keys(self, data: bytes, *, now: int) -> KeyList:
        """Keep a list, which may count from later on. Raises Unusable when no known root signed it or it has ended."""
        listing = key_list.read(data, roots=self.roots(), now=now, ahead=True)
        if listing.expires <= now:
            raise Outdated(f"list {listing.version} has expired")
        self._folder.write(f"{FOLDER}/keys-{listing.version:012d}.cose", data)
        self._drop_old(now)
        return listing

    def install_forms(self, data: bytes, *, now: int) -> FormSet:
        """Keep a set of forms. Raises Unusable when no known root signed it, or a newer one is here."""
        known = self.forms(now=now)
        found = signing.read(data, roots=self.roots(), now=now, known_version=known.forms.version if known else 0)
        self._folder.write(f"{FOLDER}/forms.cose", data)
        return found

    def keys(self, *, now: int) -> PublishedKeys | None:
        """Return the list to publish at a time: of those that count already, the one with the highest version."""
        counting = []
        for file in self._files("keys-*.cose"):
            try:
                data = file.read_bytes()
                counting.append(PublishedKeys(data, key_list.read(data, roots=self.roots(), now=now)))
            except Outdated:
                continue
        return max(counting, key=lambda found: found.listing.version, default=None)

    def forms(self, *, now: int) -> PublishedForms | None:
        """Return the set of forms to publish."""
        for file in self._files("forms.cose"):
            data = file.read_bytes()
            return PublishedForms(data, signing.read(data, roots=self.roots(), now=now))
        return None

    def _drop_old(self, now: int) -> None:
        for file in self._files("keys-*.cose"):
            try:
                listing = key_list.read(file.read_bytes(), roots=self.roots(), now=now, ahead=True)
                ended = listing.expires <= now
            except Unusable:
                ended = True
            if ended:
                file.unlink(missing_ok=True)

    def _files(self, pattern: str) -> list[Path]:
        return sorted((self._folder.path / FOLDER).glob(pattern))
