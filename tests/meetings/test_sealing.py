"""Browsers agree on keys among themselves: the module that pages use, run by Node.js."""

import json
import subprocess
from pathlib import Path

import pytest

from bin.steps.assets import find_node
from entraide.signalling.gateway import MESSAGES
from entraide.signalling.protocol import LONGEST_MESSAGE

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("size", [4, 40], ids=["a few", "many"])
def test_all_who_have_the_link_read_all_and_nobody_else_does(size: int) -> None:
    command = [str(find_node()[0]), "tests/meetings/sealing.mjs", *map(str, (size, *MESSAGES))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told["stranger"] == {"knows": 0, "isKnownAs": False}
    assert told["leftKnows"] == told["strangerRead"] == 0
    assert told["said"] == size - 2
    # The gateway takes it all: no message is too long, and nobody says more than they may.
    assert told["longest"] < LONGEST_MESSAGE
    assert told["tooFast"] == 0
