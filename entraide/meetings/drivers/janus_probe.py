"""Whether a Janus answers, asked from outside as gateways ask it: nothing of its secrets is needed."""

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("janus-protocol")
PATIENCE_SECONDS = 1.0


def answers(url: str) -> bool:
    """Tell whether the Janus at this address of a WebSocket says anything within a second of having been asked."""
    try:
        with connect(
            url, subprotocols=[PROTOCOL], open_timeout=PATIENCE_SECONDS, close_timeout=PATIENCE_SECONDS, proxy=None,
            ping_interval=None,
        ) as line:  # fmt: skip
            line.send('{"janus": "ping", "transaction": "probe"}')
            return bool(line.recv(timeout=PATIENCE_SECONDS))
    except (OSError, TimeoutError, WebSocketException, ValueError):
        return False
