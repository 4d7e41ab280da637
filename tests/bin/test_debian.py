"""What Debian brings is asked for when it is missing, in one line that says what to do."""

import os

import pytest

from bin.steps import debian
from bin.steps.debian import Program
from bin.steps.terminal import Refusal

MISSING = Program("Nothing", "The tests", ("nothing-of-this-name",), lambda: False)


def test_what_is_there_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    debian.ensure(Program("Everything", "The tests", ("nothing-of-this-name",), lambda: True))


def test_where_it_cannot_be_installed_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without apt-get in reach nothing is changed on this machine, whoever runs the test.
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(Refusal, match=r"The tests need Nothing, .*: sudo apt-get install nothing-of-this-name"):
        debian.ensure(MISSING)
