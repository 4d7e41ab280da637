"""Asks nodes whether they are ready."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class NodeState:
    """What a node said: ready or not, with its checks, or why it could not be asked."""

    address: str
    ready: bool
    checks: dict[str, Any] = field(default_factory=dict)
    error: str = ""


def ask(address: str, *, timeout: float) -> NodeState:
    """Ask one node, `http://host:port`, waiting `timeout` seconds at most."""
    try:
        request = urllib.request.Request(f"{address.rstrip('/')}/readyz")  # noqa: S310 the command checks the scheme
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            return _state(address, ready=True, body=answer.read())
    except urllib.error.HTTPError as answer:
        return _state(address, ready=False, body=answer.read())
    except urllib.error.URLError as error:
        reason = error.reason
        words = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
        return NodeState(address, ready=False, error=words.lower())
    except (OSError, ValueError) as error:
        return NodeState(address, ready=False, error=str(error))


def _state(address: str, *, ready: bool, body: bytes) -> NodeState:
    try:
        return NodeState(address, ready=ready, checks=json.loads(body)["checks"])
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        return NodeState(address, ready=False, error="the answer is not that of an Entraide node")
