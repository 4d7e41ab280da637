"""Two COSE libraries that know nothing of us verify our seals, attached and detached, and refuse what is false."""

import json
import subprocess
from pathlib import Path

import pytest
from cbor2 import CBORTag

from bin.steps import peers
from bin.steps.terminal import Refusal
from entraide.certificates import cbor, key_list, seals
from entraide.certificates.curve import PrivateKey
from tests.certificates import situations, vector

ASK = Path(__file__).with_name("peers") / "ask_cose.py"


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of .venv-cose, made when it is missing."""
    try:
        peers.ensure()
    except Refusal as refusal:
        pytest.fail(str(refusal))
    return peers.VENV / "bin" / "python"


def ask(python: Path, cases: list[tuple[bytes, bytes | None]], key: PrivateKey = vector.KEY) -> list[dict[str, object]]:
    """Return what each library says of each envelope and detached payload."""
    asked = {
        "point": key.public.point.hex(),
        "kid": key.public.kid.hex(),
        "cases": [{"envelope": data.hex(), "payload": payload.hex() if payload else None} for data, payload in cases],
    }
    done = subprocess.run(
        [python, ASK],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def detached(seal: seals.Seal) -> bytes:
    """Return the seal as it stands in a certificate."""
    return cbor.encode(CBORTag(18, [seal.protected, {}, None, seal.signature]))


def test_both_accept_what_we_seal_and_refuse_another_hash(python: Path) -> None:
    seal = seals.seal(commitment=vector.COMMITMENT, signer=vector.KEY, at=vector.SEALED_AT)
    other = bytes(32)
    said = ask(
        python,
        [
            (seal.attached(vector.COMMITMENT), None),
            (detached(seal), vector.COMMITMENT),
            (seal.attached(other), None),
            (detached(seal), other),
        ],
    )
    assert said[:2] == [{"cwt": True, "pycose": True}] * 2
    for answers in said[2:]:
        assert answers["pycose"] is False
        assert "VerifyError" in str(answers["cwt"])


def test_both_accept_a_signed_list_of_keys(python: Path) -> None:
    data = key_list.sign(situations.KEYS, root=vector.KEY)
    assert ask(python, [(data, None)]) == [{"cwt": True, "pycose": True}]
