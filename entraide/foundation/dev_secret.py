"""The signing key of a development node: made once, kept under the var folder, readable by its owner only."""

import os
import secrets
from pathlib import Path


def load_or_make(var_dir: Path) -> str:
    """Return the key in `var_dir`/secret_key, made on first use. Safe when several processes start at once."""
    key_file = var_dir / "secret_key"
    var_dir.mkdir(parents=True, exist_ok=True)
    draft = var_dir / f"secret_key.{os.getpid()}"
    if not key_file.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            # A link fails when another process was first, and readers never see half a key.
            os.link(draft, key_file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return key_file.read_text(encoding="ascii").strip()
