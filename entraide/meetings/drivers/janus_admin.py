"""Janus' admin API over HTTP: one request, one answer, nothing kept open."""

import http.client
import json
import secrets
from typing import Any

from entraide.meetings.drivers.base import NodeRefused, NodeUnreachable

TIMEOUT_SECONDS = 3.0
# A node with ten thousand rooms lists them in less.
LONGEST_ANSWER = 8_000_000


class JanusAdmin:
    """Asks one Janus. It listens on the node itself only; whoever asks runs there."""

    def __init__(self, *, host: str, port: int, secret: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._host, self._port, self._secret, self._timeout = host, port, secret, timeout

    def ask(self, verb: str, /, **fields: Any) -> dict[str, Any]:
        """Return the answer to a request. Raises NodeUnreachable, NodeRefused."""
        transaction = secrets.token_hex(8)
        body = {"janus": verb, "transaction": transaction, "admin_secret": self._secret, **fields}
        answer = self._post(json.dumps(body).encode())
        if answer.get("transaction") not in (transaction, None):
            raise NodeUnreachable("an answer to another question")
        if answer.get("janus") == "error":
            error = answer.get("error")
            error = error if isinstance(error, dict) else {}
            raise NodeRefused(_number(error.get("code")), str(error.get("reason"))[:200])
        return answer

    def ask_plugin(self, plugin: str, /, **request: Any) -> dict[str, Any]:
        """Return what a plugin answers, errors of its own included. Raises NodeUnreachable, NodeRefused."""
        response = self.ask("message_plugin", plugin=plugin, request=request).get("response")
        if not isinstance(response, dict):
            raise NodeUnreachable("the plugin answered nothing that can be read")
        return response

    def _post(self, body: bytes) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        try:
            connection.request("POST", "/admin", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answered = response.read(LONGEST_ANSWER + 1)
            if response.status != 200 or len(answered) > LONGEST_ANSWER:
                raise NodeUnreachable(f"HTTP {response.status}, {len(answered)} bytes")
            answer = json.loads(answered)
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            raise NodeUnreachable(f"{type(error).__name__}: {error}"[:200]) from error
        finally:
            connection.close()
        if not isinstance(answer, dict):
            raise NodeUnreachable("the answer is no object")
        return answer


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
