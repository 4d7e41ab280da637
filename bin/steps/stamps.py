"""Stamps: small files that remember from what a step was made, so that the next start skips it when nothing changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(*, files: Iterable[Path], words: Iterable[str] = ()) -> str:
    """Return a digest of some files' paths and contents, and of some words."""
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(f"{file}\0".encode(errors="surrogateescape"))
        found.update(file.read_bytes())
    for word in words:
        found.update(f"\0{word}".encode())
    return found.hexdigest()


def matches(*, stamp: Path, value: str) -> bool:
    """Tell whether the stamp holds this value."""
    try:
        return stamp.read_text(encoding="ascii") == value
    except (OSError, UnicodeDecodeError):
        return False


def write(*, stamp: Path, value: str) -> None:
    """Leave the stamp. Call it when the step is complete, never before."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="ascii")
