"""The pauses between attempts grow, have an end, and are never longer than an hour."""

from entraide.foundation.jobs import LONGEST_PAUSE_SECONDS, MAX_ATTEMPTS, pause_seconds


def test_pauses_grow_up_to_an_hour_then_stop() -> None:
    pauses = [pause_seconds(attempts=attempts) for attempts in range(MAX_ATTEMPTS)]
    assert pauses[:3] == [4, 16, 64]
    assert pauses[-1] is None
    known = [pause for pause in pauses if pause is not None]
    assert known == sorted(known)
    assert max(known) == LONGEST_PAUSE_SECONDS
