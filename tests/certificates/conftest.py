"""What tests of certificates share: a token of SoftHSM for this test alone."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from entraide.certificates.keys.files import Store

MODULES = tuple(Path("/usr/lib").glob("**/libsofthsm2.so"))
PIN = "4321"


@pytest.fixture
def token_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a new token named `entraide`; the module of SoftHSM reads where from its environment."""
    if not MODULES:
        pytest.skip("SoftHSM is not on this machine: apt-get install softhsm2, which bin/test does as root")
    folder = tmp_path / "tokens"
    folder.mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "entraide", "--pin", PIN, "--so-pin", "87654321"],
        env=os.environ, check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def token_store(token_folder: Path) -> Iterator[Store]:
    """A store in that token. The library of a token is loaded once in a process, and told anew of its tokens here."""
    import pkcs11

    from entraide.certificates.keys.token import Token, TokenStore

    library = pkcs11.lib(str(MODULES[0]))
    library.reinitialize()
    yield TokenStore(Token(module=MODULES[0], label="entraide", pin=PIN))
    library.finalize()
