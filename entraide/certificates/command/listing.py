"""What a sealing machine asks the root to list, and the lists that come of it. Pure."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from entraide.certificates import schedule
from entraide.certificates.curve import PublicKey
from entraide.certificates.errors import Malformed
from entraide.certificates.key_list import LIFE_SECONDS, KeyList, ListedKey
from entraide.certificates.schedule import DAY_SECONDS

FORMAT = "entraide-keys-to-list/1"
# Certificates of the days before are still looked at.
KEPT_SECONDS = 7 * DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Request:
    """The public keys of one machine by day."""

    keys: Mapping[date, PublicKey]

    def to_json(self) -> str:
        """Return the request as a file that people can read."""
        keys = {day.isoformat(): key.point.hex() for day, key in self.keys.items()}
        return json.dumps({"format": FORMAT, "keys": keys}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, *, name: str) -> "Request":
        """Read a request. Raises Malformed, naming the file."""
        try:
            content = json.loads(text)
            if content["format"] != FORMAT:
                raise Malformed(f"{name} is of another format")
            return cls(
                {date.fromisoformat(day): PublicKey(bytes.fromhex(point)) for day, point in content["keys"].items()}
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Malformed(f"{name} is no request for a list of keys") from error


def lists_for(
    requests: Sequence[Request], *, revoked: Collection[str], now: int, versions: Sequence[int]
) -> Iterator[KeyList]:
    """Yield a list for each version: the first counts from now on, each further one from the next midnight on.

    A list has the keys that may seal in its 72 hours or the day after, and those of the week before.
    """
    keys = [
        ListedKey(key, *schedule.span_of(day))
        for request in requests
        for day, key in request.keys.items()
        if key.kid.hex() not in revoked
    ]
    midnight = schedule.span_of(schedule.day_of(now))[0]
    for number, version in enumerate(versions):
        issued = max(now, midnight + number * DAY_SECONDS)
        expires = issued + LIFE_SECONDS
        chosen = (key for key in keys if key.ends > issued - KEPT_SECONDS and key.begins < expires + DAY_SECONDS)
        yield KeyList(
            version=version, issued=issued, expires=expires,
            keys=tuple(sorted(chosen, key=lambda key: (key.begins, key.key.kid))),
        )  # fmt: skip
