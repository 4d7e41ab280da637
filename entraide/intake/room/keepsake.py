"""The one cookie of the waiting room: the ticket, and what was typed, sealed. No other process or person keeps it."""

from dataclasses import dataclass

from entraide.intake.asgi import Request
from entraide.intake.decoding import Fields
from entraide.intake.room.sealing import Sealer

NAME = "entraide_line"
# Long enough for a night in line; after that the browser forgets what was typed.
SECONDS = 48 * 3600
_ATTRIBUTES = "Path=/v1; HttpOnly; SameSite=Lax"


@dataclass(frozen=True, slots=True)
class Keepsake:
    """What a browser brought back: the text of its ticket, and what was typed; None when that cannot be read."""

    ticket: str = ""
    fields: Fields | None = None

    @property
    def is_there(self) -> bool:
        """Whether the browser brought anything."""
        return bool(self.ticket)


class Keepsakes:
    """Writes and reads the cookie. `secure` keeps it off connections that are not encrypted."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._sealer = Sealer(secret)
        self._attributes = _ATTRIBUTES + ("; Secure" if secure else "")

    def read(self, request: Request) -> Keepsake:
        """Return what the browser brought."""
        ticket, _, sealed = ticket_cookie(request).partition(".")
        return Keepsake(ticket, self._sealer.open(sealed) if sealed else None)

    def write(self, ticket: str, fields: Fields) -> dict[str, str] | None:
        """Return the header that makes the browser keep both; None when too much was typed for a cookie."""
        sealed = self._sealer.seal(fields)
        if not sealed:
            return None
        return {"set-cookie": f"{NAME}={ticket}.{sealed}; Max-Age={SECONDS}; {self._attributes}"}

    def clear(self) -> dict[str, str]:
        """Return the header that makes the browser forget."""
        return {"set-cookie": f"{NAME}=; Max-Age=0; {self._attributes}"}


def ticket_cookie(request: Request) -> str:
    """Return the cookie's text, empty when the browser brought none."""
    cookies = request.header(b"cookie")
    for pair in cookies.split(";") if cookies else ():
        name, _, value = pair.strip().partition("=")
        if name == NAME:
            return value
    return ""
