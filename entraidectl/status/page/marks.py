"""What is drawn: the wordmark's mark, a shape for each state, the strip of days. All within the page."""

from collections.abc import Sequence
from urllib.parse import quote

from entraidectl.status.page.data import SEVERITY, State
from entraidectl.status.page.days import Day

_RINGS = (
    '<rect width="48" height="48" rx="13" fill="#0b5a63"/><g fill="none" stroke-width="4">'
    '<circle cx="18.7" cy="24" r="9.6" stroke="#fff"/>'
    '<path d="M21.48 18.43A9.6 9.6 0 0 1 27.22 14.63" stroke="#0b5a63" stroke-width="6.6"/>'
    '<circle cx="29.3" cy="24" r="9.6" stroke="#8ee0dc"/>'
    '<path d="M26.52 29.57A9.6 9.6 0 0 1 20.78 33.37" stroke="#0b5a63" stroke-width="6.6"/>'
    '<path d="M26.8 29.16A9.6 9.6 0 0 1 20.29 33.47" stroke="#fff"/></g>'
)
MARK = f'<svg viewBox="0 0 48 48" width="36" height="36" aria-hidden="true">{_RINGS}</svg>'
ICON_ADDRESS = "data:image/svg+xml," + quote(
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">{_RINGS}</svg>', safe="/:=' "
).replace(" ", "%20")
# Each state has an outline of its own, so that no colour is needed to tell them apart.
_SHAPES = {
    State.WORKS: '<circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-6.5"/>',
    State.MAINTENANCE: '<rect x="2.5" y="2.5" width="19" height="19" rx="4"/><path d="M9 8v8M15 8v8"/>',
    State.SLOW: '<path d="M5 2.5h14M5 21.5h14M7 2.5c0 6 10 6.5 10 9.5s-10 3.5-10 9.5'
    'M17 2.5c0 6-10 6.5-10 9.5s10 3.5 10 9.5"/>',
    State.PARTLY: '<path d="M12 2.8 1.8 21h20.4zM12 9.5v5M12 17.7v.1"/>',
    State.DOWN: '<path d="M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9zM8.5 8.5l7 7M15.5 8.5l-7 7"/>',
}
_WIDTH, _GAP, _HEIGHT = 8, 2, 28
# How high a day stands: what was worse is taller, what was good is a low stroke.
_HEIGHTS = {State.WORKS: 6, State.MAINTENANCE: 12, State.SLOW: 16, State.PARTLY: 22, State.DOWN: 28}


def icon(state: State) -> str:
    """Return a state's shape; its name stands beside it in words."""
    return (
        f'<svg class="icon {state}" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{_SHAPES[state]}</svg>'
    )


def strip(days: Sequence[Day]) -> str:
    """Return the strip of days, which says nothing that words beside it do not."""
    paths: dict[State, str] = {}
    for place, day in enumerate(days):
        height = _HEIGHTS[day.state]
        move = f"M{place * (_WIDTH + _GAP)} {_HEIGHT - height}h{_WIDTH}v{height}h-{_WIDTH}z"
        paths[day.state] = paths.get(day.state, "") + move
    drawn = "".join(f'<path class="{state}" d="{paths[state]}"/>' for state in sorted(paths, key=SEVERITY.__getitem__))
    width = len(days) * (_WIDTH + _GAP) - _GAP
    return f'<svg viewBox="0 0 {width} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
