"""Draws a histogram as an SVG that reads in light and in dark, without a library: it is a row of bars."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 320, 56, 44, 44


def histogram(counts: Sequence[tuple[float, int]], *, title: str) -> str:
    """Return a drawing of how many values lie below each bound (bound, count), bounds growing by equal factors.

    Raises ValueError when there is none.
    """
    known = [(bound, count) for bound, count in counts if count]
    if not known:
        raise ValueError("there is nothing to draw")
    most, total = max(count for _, count in known), sum(count for _, count in known)
    wide = (WIDTH - LEFT - 16) / len(known)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t">',
        f'<title id="t">{escape(title)}</title>',
        "<style>text{font:13px system-ui,sans-serif;fill:#1f2933}.b{fill:#2b6cb0}.a{stroke:#9aa5b1}"
        "@media(prefers-color-scheme:dark){text{fill:#e4e7eb}.b{fill:#63b3ed}.a{stroke:#616e7c}}</style>",
        f'<text x="{LEFT}" y="24">{escape(title)}</text>',
        f'<line class="a" x1="{LEFT}" y1="{HEIGHT - BOTTOM}" x2="{WIDTH - 16}" y2="{HEIGHT - BOTTOM}"/>',
    ]
    for at, (bound, count) in enumerate(known):
        high = (HEIGHT - BOTTOM - TOP) * count / most
        x, y = LEFT + at * wide, HEIGHT - BOTTOM - high
        share = f"{100 * count / total:.2f} %"
        parts.append(
            f'<rect class="b" x="{x + 1:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" height="{high:.1f}">'
            f"<title>up to {bound:g} ms: {share}</title></rect>"
        )
        if at % max(1, len(known) // 12) == 0:
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}">{bound:.3g}</text>')
    parts.append(f'<text x="8" y="{TOP + 4}">{100 * most / total:.0f} %</text>')
    return "\n".join([*parts, "</svg>", ""])
