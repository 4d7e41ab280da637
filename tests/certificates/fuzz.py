"""Fuzzes every decoder of strangers' bytes, guided by coverage: `python -m tests.certificates.fuzz -runs=100000`.

Each input must be refused as the library refuses, or come back byte for byte. Anything else ends the run.
"""

import contextlib
import sys

import atheris

with atheris.instrument_imports(include=["entraide.certificates"], enable_loader_override=False):
    from entraide.certificates import base45, container, declaration, key_list, seals
    from entraide.certificates.errors import Unusable
    from entraide.certificates.forms import signing
    from entraide.certificates.forms.reading import from_toml
    from entraide.certificates.verdicts import Verdict, judge

from tests.certificates import situations, vector

ROOTS = [vector.KEY.public]
NOW = situations.NOW


def check(data: bytes) -> None:
    """Give one input to every decoder."""
    text = data.decode("latin-1")
    coded = container.PREFIX + base45.encode(data)
    found = judge(coded, keys=situations.KEYS, forms=situations.FORMS, now=NOW)
    assert found.verdict != Verdict.NOT_OURS
    # Nobody but the holder of the key makes a sealed certificate; the fuzzer begins with one.
    if found.verdict in (Verdict.SEALED, Verdict.SEALED_LATE):
        assert container.decode(data) == situations.certificate()
    judge(text, keys=situations.KEYS, forms=situations.FORMS, now=NOW)
    with contextlib.suppress(Unusable):
        assert container.encode(container.decode(data)) == data
    with contextlib.suppress(Unusable):
        assert declaration.encode(declaration.decode(data)) == data
    for refuse in (
        lambda: seals.read_attached(data),
        lambda: key_list.read(data, roots=ROOTS, now=NOW),
        lambda: signing.read(data, roots=ROOTS, now=NOW),
        lambda: from_toml(data, name="fuzz"),
        lambda: base45.decode(text),
    ):
        with contextlib.suppress(Unusable):
            refuse()


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
