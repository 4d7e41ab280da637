"""Whether the bounds of a scenario hold, and whether the generator may say so at all. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from entraidectl.load.campaigns import Bound
from entraidectl.load.tally import Tally, percentile

# Beyond these the generator measures itself: what it began a tenth of a second late, or with a processor that has
# nothing left, says nothing of the site.
LATEST_BEGIN = 0.1
FULL_PROCESSOR = 0.9


class Verdict(StrEnum):
    """What a campaign says in the end."""

    HELD = "held"
    BROKEN = "broken"
    NONE = "no verdict"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; with a bound, whether it holds."""

    step: str
    what: str
    value: float
    unit: str
    bound: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the value is within its bound; there is always one side, at most."""
        return self.bound is None or self.value <= self.bound


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict with its reason in words, and the figures it stands on."""

    verdict: Verdict
    reason: str
    figures: tuple[Figure, ...]


def judge(tally: Tally, bounds: Sequence[Bound], *, due: int, seconds: float) -> Outcome:
    """Judge what was seen of a campaign in which so many people were due within so many seconds."""
    figures = tuple(_figures(tally, bounds, seconds=seconds))
    if limit := saturation(tally, due=due):
        return Outcome(Verdict.NONE, limit, figures)
    broken = [figure for figure in figures if not figure.holds]
    if broken:
        worst = broken[0]
        reason = f"{worst.step}: {worst.what} {worst.value:.3g} {worst.unit}, at most {worst.bound:g} were wanted"
        return Outcome(Verdict.BROKEN, reason, figures)
    unseen = [bound.step for bound in bounds if not tally.whole(bound.step).count]
    if unseen:
        return Outcome(Verdict.NONE, f"nobody came as far as: {', '.join(unseen)}", figures)
    return Outcome(Verdict.HELD, "every bound holds", figures)


def saturation(tally: Tally, *, due: int) -> str:
    """Return in words how the generator was the limit, the empty text when it was not."""
    begun = tally.lags.total()
    if begun < due * 0.99:
        return f"the generator began {begun} of {due} visits: give it more workers, or a smaller scale"
    late = percentile(tally.lags, 0.99)
    if late > LATEST_BEGIN:
        return f"the generator began one visit in a hundred {late:.2g} s late: give it more workers or processors"
    if tally.processor > FULL_PROCESSOR:
        return f"a worker of the generator used {100 * tally.processor:.0f} % of a processor: give it more workers"
    return ""


def _figures(tally: Tally, bounds: Sequence[Bound], *, seconds: float) -> list[Figure]:
    bound_of = {bound.step: bound for bound in bounds}
    figures = []
    for step in sorted(tally.steps):
        seen, bound = tally.whole(step), bound_of.get(step)
        failing = seen.faults.total() / seen.count if seen.count else 0.0
        share = bound.share if bound else 0.99
        figures += [
            Figure(step, "asked", seen.count / seconds, "a second"),
            Figure(step, "median", percentile(seen.times, 0.5), "s"),
            Figure(
                step, f"{100 * share:g}th percentile", percentile(seen.times, share), "s",
                bound.within_seconds if bound else None,
            ),
            Figure(step, "failing", 100 * failing, "%", 100 * bound.failing if bound else None),
        ]  # fmt: skip
    return figures
