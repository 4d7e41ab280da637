"""Which tests the arguments of bin/test choose, so that it fetches what those need and nothing else."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bin.steps.packages import ROOT

BROWSER_MARK = "mark.browser"
TESTS = ROOT / "tests"


def wants_browser(arguments: Sequence[str]) -> bool:
    """Tell whether a test that drives a browser is among those chosen."""
    if any("not browser" in argument for argument in arguments):
        return False
    return any(BROWSER_MARK in file.read_text(encoding="utf-8") for file in _files(arguments))


def wants_tests_of(room: str, arguments: Sequence[str]) -> bool:
    """Tell whether tests of a folder, which ask other programs too, are among those chosen."""
    return any(file.is_relative_to(TESTS / room) for file in _files(arguments))


def _files(arguments: Sequence[str]) -> Iterator[Path]:
    """Yield the files of tests at the paths given, with or without a test's name behind; of all without a path."""
    given = [(ROOT / argument.split("::", 1)[0]).resolve() for argument in arguments if not argument.startswith("-")]
    for path in [path for path in given if path.exists() and path.is_relative_to(TESTS)] or [TESTS]:
        yield from path.rglob("test_*.py") if path.is_dir() else [path]
