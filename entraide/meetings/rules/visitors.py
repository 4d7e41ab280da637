"""Who comes to the doors of rooms, and what a browser is known by there: a random key in a cookie of its own."""

import re
from dataclasses import dataclass
from uuid import UUID

from entraide.foundation.secrets import digest_of

COOKIE = "entraide_meeting"
# A meeting lasts eight hours at most.
LASTS_SECONDS = 12 * 3600
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes. `key` is what the browser is known by, a secret of its own; `network` where it comes from."""

    key: str
    display: str = ""
    person_id: UUID | None = None
    network: str = ""

    @property
    def digest(self) -> str:
        """What is kept of the visitor: of the person who is signed in, else of the browser."""
        return digest_of(f"person {self.person_id}" if self.person_id else f"browser {self.key}")


def read_key(cookie: str) -> str:
    """Return the key in a cookie; nothing when it can be none of ours."""
    return cookie if _KEY.fullmatch(cookie) else ""
