"""The decoders under a fuzzer guided by coverage, from good inputs on; JavaScript reads what it came up with."""

import subprocess
import sys
from pathlib import Path

import pytest

from entraide.certificates import base45, container, declaration, key_list
from entraide.certificates.container import PREFIX
from entraide.certificates.curve import PublicKey
from entraide.certificates.errors import Unusable
from entraide.certificates.forms import signing
from entraide.certificates.forms.signing import FormSet
from tests.certificates import situations, vector
from tests.certificates.situations import NOW
from tests.certificates_site import peer as peers
from tests.certificates_site.judging import assert_same, trust
from tests.certificates_site.peer import Peer

ROOT = Path(__file__).resolve().parents[2]
RUNS = 150_000
LONGEST = 6_000


def write_seeds(corpus: Path) -> None:
    """Write a good input for each decoder."""
    sealed = situations.certificate()
    assert sealed.seal
    forms = FormSet(version=3, issued=NOW, forms=situations.FORMS)
    seeds = {
        "certificate": container.encode(sealed),
        "unsealed": container.encode(situations.certificate(sealed_at=None)),
        "declaration": declaration.encode(vector.DECLARATION),
        "keys": key_list.sign(situations.KEYS, root=vector.KEY),
        "forms": signing.sign(forms, root=vector.KEY),
        "seal": sealed.seal.attached(vector.COMMITMENT),
        "text": container.to_text(sealed).encode(),
    }
    corpus.mkdir()
    for name, data in seeds.items():
        assert len(data) <= LONGEST
        (corpus / name).write_bytes(data)


@pytest.mark.drill
def test_no_input_that_a_fuzzer_finds_surprises_a_decoder_of_either_language(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write_seeds(corpus)
    command = [sys.executable, "-m", "tests.certificates.fuzz", f"-runs={RUNS}", f"-max_len={LONGEST}"]
    done = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/", str(corpus)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"Done {RUNS} runs" in done.stderr
    # Whatever led to new code is kept in the corpus: hundreds of inputs, each of another kind.
    inputs = sorted(corpus.iterdir())
    assert len(inputs) > 50
    with peers.running(tmp_path) as peer:
        for file in inputs:
            assert_javascript_agrees(peer, file.read_bytes())


def test_the_good_inputs_and_their_neighbours_are_read_alike(tmp_path: Path) -> None:
    write_seeds(tmp_path / "corpus")
    with peers.running(tmp_path) as peer:
        for file in sorted((tmp_path / "corpus").iterdir()):
            data = file.read_bytes()
            for near in (data, data[:-1], data + b"\0", data[1:], bytes([data[0] ^ 1]) + data[1:]):
                assert_javascript_agrees(peer, near)


def assert_javascript_agrees(peer: Peer, data: bytes) -> None:
    """Assert that some bytes as a code, as a text and as signed documents are found the same by both."""
    assert_same(peer, PREFIX + base45.encode(data))
    assert_same(peer, data.decode("latin-1"))
    root = vector.KEY.public
    good = {**trust(), "roots": [root.point.hex()]}
    good["keys"] = key_list.sign(situations.KEYS, root=vector.KEY).hex()
    good["forms"] = signing.sign(FormSet(version=3, issued=NOW, forms=situations.FORMS), root=vector.KEY).hex()
    for name, is_read in (("keys", reads_keys(data, root)), ("forms", reads_forms(data, root))):
        said = peer.ask(text="", now=NOW, **{**good, name: data.hex()})
        assert ("refused" not in said) == is_read, (name, said, data.hex())


def reads_keys(data: bytes, root: PublicKey) -> bool:
    try:
        key_list.read(data, roots=[root], now=NOW)
    except Unusable:
        return False
    return True


def reads_forms(data: bytes, root: PublicKey) -> bool:
    try:
        signing.read(data, roots=[root], now=NOW)
    except Unusable:
        return False
    return True
