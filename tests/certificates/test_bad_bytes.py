"""Bytes that are no certificates: each flipped bit, each cut, each liberty that CBOR allows and the format does not."""

import unicodedata
from collections.abc import Callable

import cbor2
import pytest
from cbor2 import CBORTag
from hypothesis import example, given, settings
from hypothesis import strategies as st

from entraide.certificates import base45, cbor, container, declaration, seals
from entraide.certificates.container import PREFIX, Certificate
from entraide.certificates.declaration import Declaration
from entraide.certificates.errors import Malformed, NotOurs, Unusable
from entraide.certificates.verdicts import Verdict, judge
from tests.certificates import situations, vector

WHOLE = container.encode(situations.certificate())
DECLARED = declaration.encode(vector.DECLARATION)


def verdict_of(data: bytes) -> Verdict:
    found = judge(PREFIX + base45.encode(data), keys=situations.KEYS, forms=situations.FORMS, now=situations.NOW)
    assert found.verdict not in (Verdict.ALTERED, Verdict.NOT_OURS) or found.declaration is None
    return found.verdict


def test_no_flipped_bit_is_accepted() -> None:
    assert verdict_of(WHOLE) == Verdict.SEALED
    for at in range(len(WHOLE) * 8):
        flipped = bytearray(WHOLE)
        flipped[at // 8] ^= 1 << at % 8
        assert verdict_of(bytes(flipped)) in (Verdict.ALTERED, Verdict.KEY_UNKNOWN), f"bit {at}"


def test_no_cut_and_nothing_added_is_accepted() -> None:
    for length in range(len(WHOLE)):
        assert verdict_of(WHOLE[:length]) == Verdict.ALTERED
    for more in (b"\0", b"\xf6", WHOLE):
        assert verdict_of(WHOLE + more) == Verdict.ALTERED


def test_a_flipped_character_of_the_text_is_not_accepted() -> None:
    text = situations.text()
    for at in range(len(text)):
        other = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
        found = judge(other, keys=situations.KEYS, forms=situations.FORMS, now=situations.NOW).verdict
        assert found in (Verdict.ALTERED, Verdict.KEY_UNKNOWN, Verdict.NOT_OURS), f"character {at}"


SEAL: list[object] = [vector.PROTECTED, {}, None, vector.SIGNATURE]


@pytest.mark.parametrize(
    "value",
    [
        [DECLARED],
        [DECLARED, None, None],
        {0: DECLARED, 1: None},
        [None, None],
        ["text", None],
        [DECLARED, SEAL],
        [DECLARED, CBORTag(17, SEAL)],
        [DECLARED, CBORTag(61, CBORTag(18, SEAL))],
        CBORTag(18, [DECLARED, None]),
        [DECLARED, CBORTag(18, [vector.PROTECTED, {}, vector.COMMITMENT, vector.SIGNATURE])],
        [DECLARED, CBORTag(18, [vector.PROTECTED, {1: -7}, None, vector.SIGNATURE])],
        [DECLARED, CBORTag(18, [vector.PROTECTED, {}, None, vector.SIGNATURE[:-1]])],
        [DECLARED, CBORTag(18, [vector.PROTECTED, {}, None, vector.SIGNATURE + b"\0"])],
        [DECLARED, CBORTag(18, [b"", {}, None, vector.SIGNATURE])],
        [DECLARED, CBORTag(18, [cbor2.dumps({1: -7, 4: vector.KID}), {}, None, vector.SIGNATURE])],
        [DECLARED, CBORTag(18, SEAL[:3])],
        [DECLARED, CBORTag(18, [{}, *SEAL[1:]])],
        [DECLARED, CBORTag(18, None)],
        [DECLARED, True],
        [DECLARED, 1.5],
        [DECLARED * 6, None],
        [[[[[DECLARED]]]], None],
    ],
)  # fmt: skip
def test_other_containers_are_refused(value: object) -> None:
    with pytest.raises(Malformed):
        container.decode(cbor2.dumps(value, canonical=True))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes.fromhex("9f40f6ff"),  # indefinite array
        bytes.fromhex("825f4100ff f6"),  # indefinite bytes
        bytes.fromhex("825801 00f6"),  # a length in more bytes than it needs
        bytes.fromhex("82 40 f8 16"),  # null as a two-byte simple value
        bytes.fromhex("82 40 f7"),  # undefined
        bytes.fromhex("d9d9f7 82 40 f6"),  # the tag that says "this is CBOR"
        b"\x81" * 1000 + b"\x80",
        b"\xff" * 40,
        b"\x5b" + b"\xff" * 8,
        b"\x9b" + b"\xff" * 8,
    ],
)
def test_liberties_of_cbor_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        container.decode(data)


def test_repeated_keys_are_refused() -> None:
    twice = bytes.fromhex("a201000100")
    with pytest.raises(Malformed):
        cbor.decode(twice, most_bytes=100, most_depth=4)
    with pytest.raises(Malformed):
        declaration.decode(b"\xac" + DECLARED[1:] + bytes.fromhex("0b1a6b043e70"))


@pytest.mark.parametrize("tag", [0, 1, 2, 3, 4, 5, 16, 17, 19, 24, 25, 28, 29, 30, 32, 35, 36, 37, 61, 98, 258, 55799])
def test_every_tag_but_one_is_refused(tag: int) -> None:
    with pytest.raises(Malformed):
        cbor.decode(cbor2.dumps(CBORTag(tag, ["x"]), canonical=True), most_bytes=100, most_depth=4)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values | {0: b"short"},
        lambda values: {key: value for key, value in values.items() if key != 0},
        lambda values: values | {1: 5},
        lambda values: values | {1: ""},
        lambda values: {key: value for key, value in values.items() if key != 9},
        lambda values: values | {9: "tomorrow"},
        lambda values: values | {9: -1},
        lambda values: values | {9: 2**32},
        lambda values: values | {9: True},
        lambda values: values | {2: 3},
        lambda values: values | {2: b"bytes"},
        lambda values: values | {3: unicodedata.normalize("NFD", "Nguyễn")},
        lambda values: values | {3: "\ufeffNguyễn"},
        lambda values: values | {10: ["\ufeff"]},
        lambda values: values | {10: "sante"},
        lambda values: values | {10: [1]},
        lambda values: values | {12: None},
        lambda values: values | {12: 1.5},
        lambda values: values | {14: [["Ana"]]},
        lambda values: values | {14: [["Ana", "2015-01-01", "x"]]},
        lambda values: values | {14: {"a": "b"}},
        lambda values: values | {24: "beyond"},
        lambda values: values | {-1: "before"},
        lambda values: values | {"2": "text as a key"},
        lambda values: values | {6: "x" * 1000},
    ],
)  # fmt: skip
def test_other_declarations_are_refused(change: Callable[[dict[object, object]], dict[object, object]]) -> None:
    values = cbor2.loads(DECLARED)
    with pytest.raises(Malformed):
        declaration.decode(cbor2.dumps(change(values), canonical=True))


def test_what_could_not_be_read_is_not_written() -> None:
    with pytest.raises(Malformed):
        declaration.encode(Declaration(salt=b"short", form="fr.dep/1", values={9: 0}))
    with pytest.raises(Malformed):
        declaration.encode(Declaration(salt=bytes(16), form="fr.dep/1", values={9: 0, 2: "e\u0301"}))
    with pytest.raises(Malformed):
        container.encode(Certificate(bytes(2000)))


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_only_a_hash_is_sealed(length: int) -> None:
    with pytest.raises(Malformed):
        seals.seal(commitment=bytes(length), signer=vector.KEY, at=vector.SEALED_AT)


def test_a_text_of_a_megabyte_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Malformed, match="longer"):
        container.from_text(PREFIX + "A" * 1_000_000)


@pytest.mark.parametrize(
    "text", ["", "MA1", "MA2:00", "ma1:00", "HC1:NCF", "Cree le: 01/11/2020 a 10h00;\n", " MA1:00"]
)
def test_other_prefixes_are_not_ours(text: str) -> None:
    with pytest.raises(NotOurs):
        container.from_text(text)


@settings(max_examples=500)
@given(st.binary(max_size=400))
@example(WHOLE)
def test_any_bytes_are_refused_or_come_back(data: bytes) -> None:
    try:
        found = container.decode(data)
    except Malformed:
        return
    assert container.encode(found) == data


SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=40)
)
VALUES = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-2, 26) | st.text(max_size=4), inner, max_size=6)
        | st.builds(CBORTag, st.sampled_from([0, 1, 2, 18, 24, 35, 61, 98, 55799]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=500)
@given(VALUES)
def test_any_cbor_is_refused_or_read(value: object) -> None:
    data = cbor2.dumps(value, canonical=True)
    for read in (container.decode, declaration.decode, seals.read_attached):
        try:
            read(data)
        except Unusable:
            continue


@given(st.text(max_size=300))
def test_any_text_gets_a_verdict(text: str) -> None:
    for each in (text, PREFIX + text):
        found = judge(each, keys=situations.KEYS, forms=situations.FORMS, now=situations.NOW)
        assert found.verdict in (Verdict.NOT_OURS, Verdict.ALTERED)
