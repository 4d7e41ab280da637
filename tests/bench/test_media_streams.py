"""What the load tool of media sends: packets in order and at their times."""

import struct

from bench.meeting_media import OPUS, VP8, tracks


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
