"""A switch that operators are shown moves something: it is read by code outside the crisis."""

from dataclasses import fields
from pathlib import Path

import pytest

from entraide.crises.api import Switches

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = [
    file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "entraide").rglob("*.py"))
    if "crises" not in file.parts and "operator" not in file.parts
]


@pytest.mark.parametrize("name", [field.name for field in fields(Switches)])
def test_a_switch_is_read_somewhere(name: str) -> None:
    assert any(f".{name}" in text for text in ELSEWHERE)
