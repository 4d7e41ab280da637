"""Gathers what people look for in this process and hands it to the worker once a minute."""

import threading
import time

from entraide.foundation import jobs
from entraide.volunteering.rules.asked_searches import Asked, kept_text, settled

EVERY_SECONDS = 60.0
# A flood of different texts is no knowledge; what comes beyond is not counted.
MOST = 500
_lock = threading.Lock()
_gathered: dict[Asked, None] = {}
_handed_at = time.monotonic()


def note(*, text: str, language: str, found: int, is_typed: bool) -> None:
    """Count that somebody looked for a text and found so many missions."""
    kept = kept_text(text)
    if not kept:
        return
    with _lock:
        if len(_gathered) < MOST:
            _gathered[Asked(kept, language, is_empty=not found, is_typed=is_typed)] = None
    if time.monotonic() - _handed_at >= EVERY_SECONDS:
        hand_over()


def hand_over() -> None:
    """Give the worker what was gathered since the last time."""
    global _handed_at
    with _lock:
        asked = list(_gathered)
        _gathered.clear()
        _handed_at = time.monotonic()
    if asked:
        counts = [[text, language, empty] for (text, language), empty in settled(asked).items()]
        jobs.defer("volunteering.count_asked", counts=counts)
