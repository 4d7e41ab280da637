"""The intake says everything in both languages, and says nothing that it has no sentence for."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from entraide import intake
from entraide.intake import catalogue
from entraide.intake.abuse.wanted import Code
from entraide.intake.room.door import Why
from entraide.volunteering.rules import signup

INTAKE = Path(intake.__file__).parent
PLACES = {*get_args(Why), *get_args(Code)}


def codes_of(source: str, callee: str, position: int) -> set[str]:
    """Return the texts given to a function as a positional argument, wherever it is called in a source."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == callee:
            argument = node.args[position]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value)
    return found


def test_every_code_of_the_rules_has_its_sentence() -> None:
    source = Path(signup.__file__).read_text(encoding="utf-8")
    codes = codes_of(source, "Problem", 0) | codes_of(source, "_identifier", 1)
    sources = [path.read_text(encoding="utf-8") for path in INTAKE.rglob("*.py")]
    own = set[str]().union(*(codes_of(each, "FieldFault", 1) for each in sources))
    assert len(codes) > 10
    assert codes | own == set(catalogue._FIELDS)


def test_every_refusal_has_its_sentence() -> None:
    sources = [path.read_text(encoding="utf-8") for path in INTAKE.rglob("*.py")]
    codes = set[str]().union(*(codes_of(source, "Refusal", 1) | codes_of(source, "come_back", 0) for source in sources))
    assert codes | PLACES == set(catalogue._TITLES)


@pytest.mark.parametrize("table", [catalogue._TITLES, catalogue._FIELDS, catalogue._PAGE])
def test_both_languages_are_complete_and_name_the_same_figures(table: dict[str, tuple[str, ...]]) -> None:
    for code, texts in table.items():
        assert len(texts) == len(catalogue.LANGUAGES), code
        assert all(texts), code
        assert len({tuple(re.findall(r"%\(\w+\)s", text)) for text in texts}) == 1, code
        assert texts[0] != texts[1], code


@pytest.mark.parametrize(
    ("locale", "accepted", "language"),
    [
        (None, "", "fr"),
        (None, "en", "en"),
        (None, "en-GB,en;q=0.9,fr;q=0.8", "en"),
        (None, "de, fr;q=0.3, en;q=0.7", "en"),
        (None, "en;q=0, fr;q=0.1", "fr"),
        (None, "en;q=nan;;,;q=,,*", "fr"),
        (None, "\xff\xfe" * 50_000, "fr"),
        ("en", "fr", "en"),
        ("fr", "en", "fr"),
        ("de", "en", "en"),
    ],
)
def test_the_callers_language_is_found(locale: str | None, accepted: str, language: str) -> None:
    assert catalogue.language_of(locale=locale, accept_language=accepted) == language
