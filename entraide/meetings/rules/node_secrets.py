"""The one secret of a media node, which follows from the deployment's secret and the node's id. Pure.

Its agent signs with it, and the secrets of the server on the node follow from it: nothing is kept in a table.
"""

import base64
import hashlib
import hmac
from uuid import UUID

from entraide.meetings.rules.keys import key_for


def node_root(secret: str) -> bytes:
    """Return the key from which the secrets of all nodes follow; it opens nothing else of the deployment."""
    return key_for("media nodes", secret=secret)


def node_secret(root: bytes, *, node: UUID) -> str:
    """Return the secret of one node, which tells nothing of another's."""
    return _text(hmac.digest(root, node.bytes, hashlib.sha256))


def part_of(secret: str, purpose: str) -> str:
    """Return the part of a node's secret for one purpose."""
    return _text(hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256))


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
