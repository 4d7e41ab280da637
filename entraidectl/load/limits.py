"""Finding the limit: larger and larger scales until a bound breaks, then halfway between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from entraidectl.load.verdict import Outcome, Verdict

GROWTH = 1.5
# The last scale that held and the first that broke are so close in the end.
CLOSE = 1.15
MOST_TRIES = 12


@dataclass(frozen=True, slots=True)
class Try:
    """One scale and what it said."""

    scale: float
    outcome: Outcome


def search(first: float, attempt: Callable[[float], Outcome]) -> Iterator[Try]:
    """Yield each try from a first scale on, until the limit is known.

    It ends too when the generator is the limit, and after so many tries.
    """
    held, broken, scale = 0.0, 0.0, first
    for _ in range(MOST_TRIES):
        tried = Try(scale, attempt(scale))
        yield tried
        match tried.outcome.verdict:
            case Verdict.NONE:
                return
            case Verdict.HELD:
                held = scale
            case Verdict.BROKEN:
                broken = scale
        if held and broken and broken / held <= CLOSE:
            return
        scale = held * GROWTH if not broken else (held + broken) / 2 if held else broken / 2


def told(tries: list[Try]) -> str:
    """Return in one sentence where the limit is."""
    held = max((each.scale for each in tries if each.outcome.verdict is Verdict.HELD), default=0.0)
    broken = min((each.scale for each in tries if each.outcome.verdict is Verdict.BROKEN), default=0.0)
    last = tries[-1].outcome
    if last.verdict is Verdict.NONE:
        return f"No limit was found: {last.reason}. The largest scale that held is {held:g}."
    if not held:
        return f"No scale held; the smallest that was tried is {broken:g} ({last.reason})."
    if not broken:
        return f"Every scale held, up to {held:g}; the limit is above."
    return f"The limit is between scale {held:g}, which held, and {broken:g}, which did not ({_why(tries, broken)})."


def _why(tries: list[Try], scale: float) -> str:
    return next(each.outcome.reason for each in tries if each.scale == scale)
