"""Every setting is declared once, explained, in the reference, and read nowhere but through its declaration."""

import re
from pathlib import Path

from config import environment
from config.environment import ROOT, SETTINGS
from entraide.foundation.env import Setting
from ops.build import settings_reference


def test_every_declared_setting_is_in_the_list() -> None:
    declared = {value.name for value in vars(environment).values() if isinstance(value, Setting)}
    assert declared == {setting.name for setting in SETTINGS}
    assert len(SETTINGS) == len(declared)


def test_every_setting_has_help_that_is_a_sentence_and_says_what_it_expects() -> None:
    for setting in SETTINGS:
        assert setting.help.endswith("."), setting.name
        assert setting.expects, setting.name


def test_the_reference_is_what_the_settings_say() -> None:
    assert settings_reference.PAGE.read_text(encoding="utf-8") == settings_reference.page()


def test_no_other_module_reads_the_environment() -> None:
    allowed = {ROOT / "config" / "environment.py"}
    # Telling Django its settings module, and what a child inherits of the shell, are no settings of ours.
    reading = re.compile(r"os\.environ\[|os\.environ\.get\((?!\"PATH\")|getenv\(")
    found = [
        path.relative_to(ROOT).as_posix()
        for package in ("entraide", "config")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path not in allowed and reading.search(Path(path).read_text(encoding="utf-8"))
    ]
    assert found == []
