"""Browsers agree on keys among themselves: the module that pages use, run by Node.js."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bin.steps.assets import find_node
from entraide.signalling.gateway import MESSAGES
from entraide.signalling.protocol import LONGEST_MESSAGE

ROOT = Path(__file__).resolve().parent.parent.parent


def told_by(script: str, *arguments: object) -> dict[str, Any]:
    """Return what a script of this folder prints; it must have nothing to complain of."""
    command = [str(find_node()[0]), f"tests/meetings/{script}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return {**told, "complaints": done.stderr}


@pytest.mark.parametrize("size", [4, 40], ids=["a few", "many"])
def test_all_who_have_the_link_read_all_and_nobody_else_does(size: int) -> None:
    told = told_by("sealing.mjs", size, *MESSAGES)
    assert told["complaints"] == ""
    assert told["stranger"] == {"knows": 0, "isKnownAs": False}
    assert told["leftKnows"] == told["leftGets"] == told["strangerRead"] == 0
    assert told["said"] == size - 2
    # The gateway takes it all: no message is too long, and nobody says more than they may.
    assert told["longest"] < LONGEST_MESSAGE
    assert told["tooFast"] == 0


def test_neither_gateway_nor_insider_makes_others_believe_what_nobody_said() -> None:
    told = told_by("sealing_attacked.mjs")
    assert told["heard"] == 1
    assert "said before" in told["complaints"]
    assert told["isAdaStillRead"]
    assert told["insiderHas"] <= 4
    # Of eight who leave in turn, the first ones only are there with the key of before.
    assert told["leftBeforeTheKeyChanged"] < 7
