"""What the gateway asks of the web: signed calls to its private endpoint."""

import time
from typing import Any

import httpx
import msgspec

from entraide.meetings.rules import calls
from entraide.meetings.rules.seats import PATH, Call

# The database may be slow for a moment; a browser waits no longer than this for its seat.
PATIENCE_SECONDS = 10.0


class Away(Exception):
    """The web does not answer, or not as it should."""


class Refused(Exception):
    """The web says no; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Web:
    """Asks over one client, whose base is the web's address; `host` is the name under which the site is known."""

    def __init__(self, client: httpx.AsyncClient, *, key: bytes, host: str) -> None:
        self._client = client
        self._key = key
        self._host = host

    async def ask(self, call: Call, **asked: object) -> dict[str, Any]:
        """Return the answer to a call. Raises Refused, Away."""
        path, body = f"{PATH}{call}", msgspec.json.encode(asked)
        headers = {
            calls.HEADER: calls.signed(path=path, body=body, key=self._key, at=int(time.time())),
            "Content-Type": "application/json", "Host": self._host,
        }  # fmt: skip
        try:
            answer = await self._client.post(path, content=body, headers=headers, timeout=PATIENCE_SECONDS)
            told: dict[str, Any] = msgspec.json.decode(answer.content, type=dict[str, Any])
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            raise Away(repr(error)) from error
        if answer.status_code == 403:
            raise Refused(str(told.get("type", "")).rpartition(":")[2] or "refused")
        if answer.status_code != 200:
            raise Away(f"answered {answer.status_code} to {call}")
        return told

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()
