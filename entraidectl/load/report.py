"""The report of a campaign: one HTML file that needs nothing else, for screens and for paper."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from entraidectl.load import plots
from entraidectl.load.arrivals import Phase, rate_at
from entraidectl.load.campaigns import Bound, Scenario
from entraidectl.load.results import Change, Result
from entraidectl.load.tally import Second, Tally, percentile
from entraidectl.load.verdict import Figure, Verdict

SIGNS = {Verdict.HELD: ("held", "✓", "Every bound holds"), Verdict.BROKEN: ("broken", "✗", "A bound is broken"),
         Verdict.NONE: ("none", "?", "No verdict")}  # fmt: skip
# A change of less than a tenth is within what two runs differ by.
NOISE = 0.1
STYLE = Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def page(
    result: Result,
    scenario: Scenario,
    phases: Sequence[Phase],
    *,
    changes: Sequence[Change],
    before: Result | None,
    reconciled: str,
) -> str:
    """Return the report as HTML. `reconciled` says what the receipts proved."""
    started = datetime.fromtimestamp(result.started_at, UTC)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(scenario.name)}: {escape(SIGNS[result.outcome.verdict][2].lower())}</title>",
        f"<style>{STYLE}</style></head><body><main>",
        f"<h1>{escape(scenario.title)}</h1>",
        f'<p class="soft">{escape(result.target)} · scale {result.scale:g} · {started:%Y-%m-%d %H:%M} UTC · '
        f"{result.seconds:.0f} s · {result.due} visits</p>",
        *_verdict(result),
        *_figures(result.outcome.figures),
        *_drawings(result, scenario, phases),
        *_generator(result),
        "<h2>Receipts</h2>", f"<p>{escape(reconciled)}</p>",
        *_comparison(changes, before),
        "</main></body></html>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _verdict(result: Result) -> Iterator[str]:
    style, sign, words = SIGNS[result.outcome.verdict]
    reason = "" if result.outcome.verdict is Verdict.HELD else f"<span>{escape(result.outcome.reason)}</span>"
    yield f'<div class="verdict {style}"><b>{sign} {words}</b>{reason}</div>'


def _figures(figures: Sequence[Figure]) -> Iterator[str]:
    yield "<h2>Figures</h2>"
    yield _head("Step", "What", "Value", "At most", "Holds")
    for figure in figures:
        bound = f"{figure.bound:g} {figure.unit}" if figure.bound is not None else ""
        holds = "" if figure.bound is None else "✓ yes" if figure.holds else "✗ no"
        style = "" if figure.bound is None else ' class="held"' if figure.holds else ' class="broken"'
        yield (
            f"<tr><td>{escape(figure.step)}</td><td>{escape(figure.what)}</td><td>{_number(figure)}</td>"
            f"<td>{bound}</td><td{style}>{holds}</td></tr>"
        )
    yield "</tbody></table></div>"


def _drawings(result: Result, scenario: Scenario, phases: Sequence[Phase]) -> Iterator[str]:
    seconds = _seconds(result.tally)
    yield "<h2>Visits</h2>"
    yield _key(("one", "due a second"))
    due = [rate_at(phases, second) for second in range(seconds)]
    yield plots.lines([plots.Line("due", "one", due)], title="Visits due a second", unit="")
    for step in sorted(result.tally.steps):
        bound = next((each for each in scenario.bounds if each.step == step), None)
        yield from _step(result.tally.steps[step], step, seconds, bound)


def _step(seen: dict[int, Second], step: str, seconds: int, bound: Bound | None) -> Iterator[str]:
    each = [seen.get(second, Second()) for second in range(seconds)]
    yield f"<h2>{escape(step.capitalize())}</h2>"
    yield _key(("one", "answered a second"), ("two", "failing a second"))
    yield plots.lines(
        [
            plots.Line("answered", "one", [float(second.times.total()) for second in each]),
            plots.Line("failing", "two", [float(second.faults.total()) for second in each]),
        ],
        title=f"{step}: answered and failing a second", unit="",
    )  # fmt: skip
    yield _key(("one", "99th percentile"), ("three", "median"), *([("limit", "bound")] if bound else []))
    yield plots.lines(
        [
            plots.Line("99th", "one", [percentile(second.times, 0.99) for second in each]),
            plots.Line("median", "three", [percentile(second.times, 0.5) for second in each]),
        ],
        title=f"{step}: seconds until answered", unit=" s", bound=bound.within_seconds if bound else None,
    )  # fmt: skip
    whole = Second()
    for second in each:
        whole.add(second)
    if whole.faults:
        yield _head("What failed", "", "Times")
        for reason, count in whole.faults.most_common():
            yield f"<tr><td>{escape(reason)}</td><td></td><td>{count}</td></tr>"
        yield "</tbody></table></div>"


def _generator(result: Result) -> Iterator[str]:
    late = percentile(result.tally.lags, 0.99)
    workers = "One worker" if result.workers == 1 else f"{result.workers} workers"
    yield "<h2>The generator itself</h2>"
    yield (
        f"<p>{workers} began {result.tally.lags.total()} of {result.due} visits, 99 of 100 within "
        f"{late:.2g} s of their time; the busiest used {100 * result.tally.processor:.0f} % of a processor. "
        f'<span class="soft">{escape(result.machine)}</span></p>'
    )


def _comparison(changes: Sequence[Change], before: Result | None) -> Iterator[str]:
    yield "<h2>Beside the campaign before</h2>"
    if before is None:
        yield "<p>This is the first of its kind here.</p>"
        return
    started = datetime.fromtimestamp(before.started_at, UTC)
    yield (
        f'<p class="soft">{started:%Y-%m-%d %H:%M} UTC, scale {before.scale:g}, {escape(before.target)}. '
        "A change of less than a tenth is within what two runs differ by.</p>"
    )
    yield _head("Step", "What", "Before", "Now", "Times")
    for change in changes:
        figure, factor = change.figure, change.factor
        times = "" if factor is None else "=" if abs(factor - 1) < NOISE else f"× {factor:.2f}"
        yield (
            f"<tr><td>{escape(figure.step)}</td><td>{escape(figure.what)}</td><td>{change.before:.3g}</td>"
            f"<td>{figure.value:.3g} {figure.unit}</td><td>{times}</td></tr>"
        )
    yield "</tbody></table></div>"


def _head(*names: str) -> str:
    cells = "".join(f"<th>{name}</th>" for name in names)
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>'


def _key(*entries: tuple[str, str]) -> str:
    return (
        '<p class="key">' + "".join(f'<span class="{style}"><i></i>{name}</span>' for style, name in entries) + "</p>"
    )


def _number(figure: Figure) -> str:
    return f"{figure.value:.3g} {figure.unit}" if figure.value < 1000 else f"{figure.value:,.0f} {figure.unit}"


def _seconds(tally: Tally) -> int:
    return 1 + max((second for seconds in tally.steps.values() for second in seconds), default=0)
