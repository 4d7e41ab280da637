"""What several commands take."""

import click

from entraide.certificates.curve import PublicKey
from entraide.certificates.errors import Unusable


def root_key(text: str) -> PublicKey:
    """Return a root's public key from an option. Raises ClickException with what is wrong."""
    try:
        return PublicKey(bytes.fromhex(text.strip()))
    except (ValueError, Unusable) as error:
        raise click.ClickException(f"--root: expected 128 hexadecimal digits of a public key; {error}.") from error
