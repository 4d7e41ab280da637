"""Random secrets that are given out once and kept as digests only."""

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """Return 256 random bits as text, with a prefix by which people and scanners know what leaked."""
    return f"entraide_{prefix}_{secrets.token_urlsafe(32)}"


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. It is random and long, so that a plain hash cannot be searched backwards."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
