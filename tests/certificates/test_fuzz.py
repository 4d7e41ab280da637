"""The decoders under a fuzzer that is guided by coverage, from good inputs on."""

import subprocess
import sys
from pathlib import Path

import pytest

from entraide.certificates import container, declaration, key_list
from tests.certificates import situations, vector

ROOT = Path(__file__).resolve().parents[2]
RUNS = 150_000


@pytest.mark.drill
def test_no_input_that_a_fuzzer_finds_surprises_a_decoder(tmp_path: Path) -> None:
    seeds = {
        "certificate": container.encode(situations.certificate()),
        "unsealed": container.encode(situations.certificate(sealed_at=None)),
        "declaration": declaration.encode(vector.DECLARATION),
        "keys": key_list.sign(situations.KEYS, root=vector.KEY),
        "seal": situations.certificate().seal.attached(vector.COMMITMENT),  # type: ignore[union-attr]
    }
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, data in seeds.items():
        (corpus / name).write_bytes(data)
    command = [sys.executable, "-m", "tests.certificates.fuzz", f"-runs={RUNS}", "-max_len=1100"]
    done = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/", str(corpus)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"Done {RUNS} runs" in done.stderr
