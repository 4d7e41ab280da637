"""What a person typed, sealed into a cookie while they wait: only we can read or change it, and only they have it.

So nothing of somebody who is not signed up yet is kept on our side, and a reload, a closed tab or another process
loses nothing.
"""

import base64
import binascii
import hashlib
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from entraide.intake.decoding import Fields
from entraide.intake.forms import PASSES

# Browsers keep 4096 bytes of a cookie, its name, its ticket and its attributes included.
LONGEST = 3800
_NONCE_BYTES = 12
_decoder = msgspec.json.Decoder(Fields)


class Sealer:
    """Seals and opens with a key made from the secret that all nodes share."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = ChaCha20Poly1305(hashlib.sha256(b"entraide form in line\n" + secret).digest())

    def seal(self, fields: Fields) -> str:
        """Return the fields as a text for a cookie; empty when they are too long for one."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        typed = {name: value for name, value in msgspec.structs.asdict(fields).items() if value and name not in PASSES}
        content = msgspec.json.encode(typed)
        text = base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, content, None)).decode()
        return text if len(text) <= LONGEST else ""

    def open(self, text: str) -> Fields | None:
        """Return the fields that we sealed as this text, None for any other text."""
        try:
            raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
            return _decoder.decode(self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None))
        except (ValueError, binascii.Error, InvalidTag, msgspec.DecodeError):
            return None
