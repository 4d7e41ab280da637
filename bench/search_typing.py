"""What people type, letter by letter: a thousand queries as they come, some with a place, some with a slip."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from bench.search_judged.judging import queries
from bench.search_missions.drawing import places

SEED = 1_000
WITH_PLACE, WITH_SLIP = 0.35, 0.15
# One letter alone finds half of everything: nobody is shown that.
FIRST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as it stands after a keystroke, the language of the page, and whether the fingers rest after it."""

    text: str
    language: str
    is_last: bool = False


def typed_queries(count: int) -> Iterator[Typed]:
    """Yield whole queries: what judged ones look for, near where people live."""
    draw = random.Random(SEED)  # noqa: S311 (drawn data, no secret)
    known = [query for query in queries() if query.kind not in ("place", "phrase")]
    weights = list(accumulate(place.population for place in places()))
    for _ in range(count):
        query = draw.choice(known)
        text = query.text
        if draw.random() < WITH_SLIP:
            text = _slip(draw, text)
        if draw.random() < WITH_PLACE:
            (place,) = draw.choices(places(), cum_weights=weights)
            text += draw.choice((" {}", " à {}", " {}")).format(
                draw.choice((place.name, place.name.lower(), place.postcode))
            )
        yield Typed(text, query.language)


def keystrokes(count: int) -> list[Typed]:
    """Return every text that is looked for while some queries are typed, in order."""
    return [
        Typed(query.text[:length], query.language, is_last=length == len(query.text))
        for query in typed_queries(count)
        for length in range(FIRST_LETTERS, len(query.text) + 1)
    ]


def _slip(draw: random.Random, text: str) -> str:
    """Return a text with two letters exchanged, or one left out."""
    at = draw.randrange(1, max(2, len(text) - 1))
    if draw.random() < 0.5:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
