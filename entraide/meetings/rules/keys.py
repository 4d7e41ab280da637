"""Keys that follow from the secret of the deployment, one for each purpose: none opens what another does. Pure."""

import hashlib
import hmac


def key_for(purpose: str, *, secret: str) -> bytes:
    """Return the key of meetings for one purpose."""
    return hmac.digest(secret.encode(), f"entraide {purpose}".encode(), hashlib.sha256)
