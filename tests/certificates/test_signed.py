"""Lists and forms that a root signs: versions, times, kinds, endorsements, and everything else refused."""

from dataclasses import replace

import pytest

from entraide.certificates import cbor, key_list, signed
from entraide.certificates.curve import PrivateKey
from entraide.certificates.errors import Malformed, Outdated, Untrusted
from entraide.certificates.forms import reading, signing
from entraide.certificates.forms.signing import FormSet
from entraide.certificates.key_list import ListedKey
from entraide.certificates.signed import Kind
from tests.certificates.situations import KEYS, NOW

ROOT = PrivateKey.generate()
NEXT_ROOT = PrivateKey.generate()
LIST = key_list.sign(KEYS, root=ROOT)
ROOTS = [ROOT.public]


def test_a_list_comes_back_as_it_was_signed() -> None:
    assert key_list.read(LIST, roots=ROOTS, now=NOW) == KEYS


def test_three_weeks_of_daily_keys_are_about_two_kilobytes() -> None:
    keys = tuple(ListedKey(PrivateKey.generate().public, day * 86_400, (day + 1) * 86_400) for day in range(21))
    assert len(key_list.sign(replace(KEYS, keys=keys), root=ROOT)) < 2_200


def test_a_lower_version_is_refused_and_the_same_is_not() -> None:
    assert key_list.read(LIST, roots=ROOTS, now=NOW, known_version=KEYS.version).version == KEYS.version
    with pytest.raises(Outdated):
        key_list.read(LIST, roots=ROOTS, now=NOW, known_version=KEYS.version + 1)


def test_an_expired_list_is_read_all_the_same() -> None:
    assert key_list.read(LIST, roots=ROOTS, now=KEYS.expires + 1_000_000) == KEYS


def test_a_list_made_ahead_does_not_count_yet() -> None:
    with pytest.raises(Outdated):
        key_list.read(LIST, roots=ROOTS, now=KEYS.issued - 301)


def test_another_root_is_not_trusted() -> None:
    with pytest.raises(Untrusted):
        key_list.read(LIST, roots=[NEXT_ROOT.public], now=NOW)
    with pytest.raises(Untrusted):
        key_list.read(LIST, roots=[], now=NOW)


def test_a_known_root_vouches_for_the_next_one_while_its_word_counts() -> None:
    word = signed.endorse(NEXT_ROOT.public, by=ROOT, begins=NOW - 100, ends=NOW + 100)
    data = key_list.sign(KEYS, root=NEXT_ROOT, endorsements=[word])
    assert key_list.read(data, roots=ROOTS, now=NOW) == KEYS
    assert key_list.read(data, roots=[NEXT_ROOT.public], now=NOW) == KEYS
    for other in (NOW - 401, NOW + 100):
        with pytest.raises(Untrusted):
            key_list.read(data, roots=ROOTS, now=other)


def test_both_roots_vouch_for_each_other() -> None:
    for older, newer in ((ROOT, NEXT_ROOT), (NEXT_ROOT, ROOT)):
        word = signed.endorse(newer.public, by=older, begins=0, ends=NOW + 100)
        assert key_list.read(key_list.sign(KEYS, root=newer, endorsements=[word]), roots=[older.public], now=NOW)


def test_a_root_does_not_vouch_for_itself_nor_by_steps() -> None:
    own = signed.endorse(NEXT_ROOT.public, by=NEXT_ROOT, begins=0, ends=NOW + 100)
    with pytest.raises(Untrusted):
        key_list.read(key_list.sign(KEYS, root=NEXT_ROOT, endorsements=[own]), roots=ROOTS, now=NOW)
    third = PrivateKey.generate()
    steps = [
        signed.endorse(NEXT_ROOT.public, by=ROOT, begins=0, ends=NOW + 100),
        signed.endorse(third.public, by=NEXT_ROOT, begins=0, ends=NOW + 100),
    ]
    with pytest.raises(Untrusted):
        key_list.read(key_list.sign(KEYS, root=third, endorsements=steps), roots=ROOTS, now=NOW)


def test_one_kind_never_passes_for_another() -> None:
    forms = signing.sign(FormSet(version=1, issued=0, forms=reading.load_all()), root=ROOT)
    with pytest.raises(Malformed, match="kind"):
        key_list.read(forms, roots=ROOTS, now=NOW)
    with pytest.raises(Malformed, match="kind"):
        signing.read(LIST, roots=ROOTS, now=NOW)
    word = signed.endorse(NEXT_ROOT.public, by=ROOT, begins=0, ends=NOW + 100)
    with pytest.raises(Malformed, match="kind"):
        signed.opened(word, Kind.KEYS, roots=ROOTS, now=NOW)


def test_no_flipped_bit_of_a_list_is_accepted() -> None:
    for at in range(len(LIST) * 8):
        flipped = bytearray(LIST)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises((Malformed, Untrusted)):
            key_list.read(bytes(flipped), roots=ROOTS, now=NOW)


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {0: 1, 1: 0, 2: 10},
        {0: 1, 1: 0, 2: 10, 3: [], 4: 5},
        {0: 1, 1: 10, 2: 10, 3: []},
        {0: -1, 1: 0, 2: 10, 3: []},
        {0: 1, 1: 0, 2: 10, 3: [[ROOT.public.point, 5, 5]]},
        {0: 1, 1: 0, 2: 10, 3: [[ROOT.public.point, 5]]},
        {0: 1, 1: 0, 2: 10, 3: [[ROOT.public.point[:-1], 0, 5]]},
        {0: 1, 1: 0, 2: 10, 3: [[bytes(64), 0, 5]]},
        {0: 1, 1: 0, 2: 10, 3: [[ROOT.public.point, 0, 5], [ROOT.public.point, 5, 9]]},
        {0: "1", 1: 0, 2: 10, 3: []},
    ],
)
def test_what_a_root_signed_by_mistake_is_refused(content: object) -> None:
    data = signed.sign(Kind.KEYS, cbor.encode(content), root=ROOT)
    with pytest.raises(Malformed):
        key_list.read(data, roots=ROOTS, now=NOW)


def test_forms_come_back_with_every_version() -> None:
    forms = reading.load_all()
    data = signing.sign(FormSet(version=3, issued=NOW, forms=forms), root=ROOT)
    assert signing.read(data, roots=ROOTS, now=NOW).forms == forms
    with pytest.raises(Outdated):
        signing.read(data, roots=ROOTS, now=NOW, known_version=4)


@pytest.mark.parametrize("entry", [{}, 3, {"id": "x/1"}, {"in_force": {"first": "soon"}}, {1: 2}])
def test_a_signed_form_that_cannot_be_used_is_refused(entry: object) -> None:
    data = signed.sign(Kind.FORMS, cbor.encode({0: 1, 1: 0, 2: [entry]}), root=ROOT)
    with pytest.raises((Malformed, reading.FormError)):
        signing.read(data, roots=ROOTS, now=NOW)
