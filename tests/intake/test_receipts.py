"""A receipt is the same for the same key and content wherever it is made, and nobody else can make one."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from entraide.intake.receipts import PERIOD_SECONDS, SAME_CONTENT_SECONDS, Receipts
from tests.intake.conftest import ROOT, SECRET

NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
KEYS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=200)
CONTENTS = st.binary(max_size=400)
PERIOD = timedelta(seconds=PERIOD_SECONDS)


@given(key=KEYS, content=CONTENTS)
def test_a_retry_gets_the_same_receipt_from_another_node(key: str, content: bytes) -> None:
    first = Receipts(SECRET).make(key=key, content=content, now=NOON)
    assert Receipts(SECRET).make(key=key, content=content, now=NOON + timedelta(seconds=1)) == first
    assert (first.version, first.variant) == (8, "specified in RFC 4122")


@given(one=st.tuples(KEYS, CONTENTS), other=st.tuples(KEYS, CONTENTS))
def test_another_key_or_content_gets_another_receipt(one: tuple[str, bytes], other: tuple[str, bytes]) -> None:
    first, second = (Receipts(SECRET).make(key=key, content=content, now=NOON) for key, content in (one, other))
    assert (first == second) == (one == other)


@given(key=KEYS, content=CONTENTS)
def test_a_receipt_is_recognised_for_a_period_and_not_for_ever(key: str, content: bytes) -> None:
    receipts = Receipts(SECRET)
    receipt = receipts.make(key=key, content=content, now=NOON)
    assert receipts.is_ours(receipt, now=NOON)
    assert receipts.is_ours(receipt, now=NOON + PERIOD)
    assert not receipts.is_ours(receipt, now=NOON + 2 * PERIOD)
    assert not Receipts("another secret").is_ours(receipt, now=NOON)


@given(bit=st.integers(min_value=0, max_value=127))
def test_a_changed_receipt_is_not_ours(bit: int) -> None:
    receipts = Receipts(SECRET)
    receipt = receipts.make(key="a-key", content=b"{}", now=NOON)
    assert not receipts.is_ours(UUID(int=receipt.int ^ (1 << bit)), now=NOON)
    assert not receipts.is_ours(uuid4(), now=NOON)


def test_without_a_key_the_same_content_is_a_retry_for_some_minutes() -> None:
    receipts, start = Receipts(SECRET), NOON.replace(minute=0)
    first = receipts.make(key="", content=b"{}", now=start)
    later = timedelta(seconds=SAME_CONTENT_SECONDS)
    assert receipts.make(key="", content=b"{}", now=start + later - timedelta(seconds=1)) == first
    assert receipts.make(key="", content=b"{}", now=start + later) != first


def test_another_process_makes_the_same_receipt() -> None:
    program = (
        "import sys; from datetime import datetime; from entraide.intake.receipts import Receipts\n"
        "print(Receipts(sys.argv[1]).make(key='a-key', content=b'{}', now=datetime.fromisoformat(sys.argv[2])))"
    )
    command = [sys.executable, "-c", program, SECRET, NOON.isoformat()]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert UUID(told) == Receipts(SECRET).make(key="a-key", content=b"{}", now=NOON)
