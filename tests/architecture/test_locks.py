"""What is installed is what was tested: every package of every lock has its hashes, and no lock says where from."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PINNED = re.compile(r"(?P<name>[A-Za-z0-9][\w.\-]*)(\[[\w,\-]+\])?==\S+( ; [^\\]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_is_pinned_with_its_hashes_and_without_an_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    for line in lines:
        pin, *hashes = re.split(r"\s+(?=--hash)", line.strip())
        assert PINNED.fullmatch(pin), line[:80]
        assert hashes, pin
        assert all(HASH.fullmatch(each) for each in hashes), pin


def test_every_lock_has_what_it_was_made_from() -> None:
    assert {lock.stem for lock in LOCKS} == {file.stem for file in (ROOT / "requirements").glob("*.in")}


def test_packages_of_the_pages_have_their_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = {name: package for name, package in packages.items() if name and not package.get("link")}
    assert found
    for name, package in found.items():
        assert package.get("integrity", "").startswith("sha512-"), name
        assert "resolved" not in package, name
