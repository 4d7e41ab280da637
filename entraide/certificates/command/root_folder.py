"""The folder of a root, on a machine that is never on a network: its key under a passphrase, its last version."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from entraide.certificates.curve import PrivateKey
from entraide.certificates.errors import Malformed
from entraide.certificates.keys.folder import KeyFolder, write_new

KEY = "root.key"
PUBLIC = "root.pub"
VERSION = "version"
ENDORSEMENT = "endorsed-by-"
SHORTEST_PASSPHRASE = 12


class RootFolder:
    """A root's folder, checked as tightly as that of daily keys."""

    def __init__(self, path: Path) -> None:
        self._folder = KeyFolder(path)
        self.path = path

    def make(self, passphrase: str) -> PrivateKey:
        """Make the root's key. Raises ClickException when there is one already, or the passphrase is short."""
        if (self.path / KEY).exists():
            raise click.ClickException(f"{self.path} holds a root already: nothing was changed.")
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise click.ClickException(f"The passphrase has fewer than {SHORTEST_PASSPHRASE} characters.")
        root = PrivateKey.generate()
        encryption = BestAvailableEncryption(passphrase.encode())
        write_new(self.path / KEY, root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
        self._folder.write(PUBLIC, root.public.point.hex().encode() + b"\n")
        return root

    def opened(self, passphrase: str) -> PrivateKey:
        """Return the root's key. Raises ClickException for a wrong passphrase."""
        try:
            key = load_pem_private_key((self.path / KEY).read_bytes(), passphrase.encode())
        except FileNotFoundError:
            raise click.ClickException(f"{self.path} holds no root: entraide-cert root init makes one.") from None
        except (ValueError, TypeError) as error:
            raise click.ClickException("The passphrase is wrong, or the root's key is damaged.") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Malformed("the root's key is of another kind")
        return PrivateKey(key)

    def next_versions(self, count: int) -> range:
        """Take so many version numbers, none of which was given before, and write that down first."""
        try:
            last = int((self.path / VERSION).read_text(encoding="ascii"))
        except FileNotFoundError:
            last = 0
        except ValueError as error:
            raise Malformed(f"{self.path / VERSION} holds no number") from error
        self._folder.write(VERSION, f"{last + count}\n".encode())
        return range(last + 1, last + count + 1)

    def endorsements(self) -> list[bytes]:
        """Return the words of other roots for this one."""
        return [file.read_bytes() for file in sorted(self.path.glob(f"{ENDORSEMENT}*.cose"))]

    def keep_endorsement(self, word: bytes, *, by: str) -> None:
        """Keep the word of another root for this one."""
        self._folder.write(f"{ENDORSEMENT}{by}.cose", word)


def passphrase(file: Path | None, *, confirm: bool = False, of: str = "the root") -> str:
    """Return the passphrase, from a file's first line or asked for at the terminal."""
    if file:
        return (file.read_text(encoding="utf-8").splitlines() or [""])[0]
    return str(click.prompt(f"Passphrase of {of}", hide_input=True, confirmation_prompt=confirm, err=True))
