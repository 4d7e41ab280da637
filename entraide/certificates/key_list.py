"""The list of the keys that seal, signed by a root: version, times, and each key with the span in which it may seal."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from entraide.certificates import cbor, signed
from entraide.certificates.curve import PublicKey, Signer
from entraide.certificates.errors import Malformed
from entraide.certificates.signed import Kind

LIFE_SECONDS = 72 * 3600
MOST_KEYS = 2_000


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key that may seal from `begins` until before `ends`, in seconds since 1970."""

    key: PublicKey
    begins: int
    ends: int

    def is_current_at(self, at: int) -> bool:
        """Tell whether the key may seal at a time."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class KeyList:
    """A list that was checked. From `expires` on it is old: a key may have been revoked since."""

    version: int
    issued: int
    expires: int
    keys: tuple[ListedKey, ...]
    _by_kid: dict[bytes, ListedKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse two keys with one id. Raises Malformed."""
        by_kid = {listed.key.kid: listed for listed in self.keys}
        if len(by_kid) < len(self.keys):
            raise Malformed("two keys with the same id")
        object.__setattr__(self, "_by_kid", by_kid)

    def of(self, kid: bytes) -> ListedKey | None:
        """Return the key with this id, if it is listed."""
        return self._by_kid.get(kid)


def sign(listing: KeyList, *, root: Signer, endorsements: Sequence[bytes] = ()) -> bytes:
    """Return the list as a signed document."""
    content = {
        0: listing.version,
        1: listing.issued,
        2: listing.expires,
        3: [[listed.key.point, listed.begins, listed.ends] for listed in listing.keys],
    }
    return signed.sign(Kind.KEYS, cbor.encode(content), root=root, endorsements=endorsements)


def read(data: bytes, *, roots: Sequence[PublicKey], now: int, known_version: int = 0, ahead: bool = False) -> KeyList:
    """Return the list in a signed document. An expired list is returned too: what it is worth is a verdict.

    Raises Malformed, Untrusted, or Outdated when the version is lower than `known_version` or the list is for later,
    unless `ahead` says that it may be: whoever publishes lists keeps those of the days to come.
    """
    payload = signed.opened(data, Kind.KEYS, roots=roots, now=now)
    match cbor.decode(payload, most_bytes=signed.MOST_BYTES, most_depth=3):
        case {0: int() as version, 1: int() as issued, 2: int() as expires, 3: list() as entries, **rest} if not rest:
            pass
        case _:
            raise Malformed("not a list of keys")
    if not 0 <= issued < expires or version < 0 or len(entries) > MOST_KEYS:
        raise Malformed("the list's version or times cannot be")
    signed.check_version(version=version, known=known_version)
    if not ahead:
        signed.check_issued(issued=issued, now=now)
    return KeyList(version=version, issued=issued, expires=expires, keys=tuple(_listed(entry) for entry in entries))


def _listed(entry: object) -> ListedKey:
    match entry:
        case [bytes() as point, int() as begins, int() as ends] if 0 <= begins < ends:
            return ListedKey(key=PublicKey(point), begins=begins, ends=ends)
    raise Malformed("not an entry of a list of keys")
