"""What the load tool of media sends: checks that any ICE agent takes, and packets in order and at their times."""

import struct

from bench.media_leg import BINDING, BINDING_ANSWERED, answered, binding, kind_of, sealed
from bench.meeting_media import OPUS, VP8, tracks

# The answer over IPv4 of RFC 5769, 2.2, and the attributes in it that are not sums.
PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt"
NAME = bytes.fromhex("b7e7a701bc34d686fa87dfae")
SOFTWARE = bytes.fromhex("8022000b7465737420766563746f7220")
MAPPED = bytes.fromhex("002000080001a147e112a643")
SUMS = bytes.fromhex("000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96")


def test_messages_are_sealed_as_the_standard_does_it() -> None:
    told = sealed(BINDING_ANSWERED, NAME, SOFTWARE + MAPPED, PASSWORD)
    assert told == bytes.fromhex("0101003c2112a442") + NAME + SOFTWARE + MAPPED + SUMS


def test_an_answer_names_its_check_and_the_address_from_which_it_came() -> None:
    check = binding(username="theirs:ours", password="secret")
    assert kind_of(check) == BINDING
    told = answered(check, password=PASSWORD, address=("192.0.2.1", 32_853))
    assert kind_of(told) == BINDING_ANSWERED
    assert told[8:20] == check[8:20]
    assert told[20:32] == MAPPED


def test_packets_are_numbered_and_timed_and_the_last_of_a_picture_says_so() -> None:
    sound, picture = tracks()
    heads = [struct.unpack("!BBHII", packet[:12]) for number in range(2) for packet in picture.packets(number)]
    assert [head[1] for head in heads] == [VP8, VP8, VP8 | 0x80] * 2
    assert [head[2] for head in heads] == list(range(6))
    assert [head[3] for head in heads] == [0] * 3 + [6_000] * 3
    assert {head[4] for head in heads} == {picture.ssrc}
    (packet,) = sound.packets(3)
    assert struct.unpack("!BBHI", packet[:8]) == (0x80, OPUS, 0, 2_880)
    assert picture.sent == 6
