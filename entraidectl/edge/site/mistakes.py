"""Mistakes of site.toml: where each stands, what is wrong and what to write instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from entraidectl.edge.site.lines import Place, line_of


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the way to its key, what is wrong and the remedy, as one sentence without its place.

    `line` is known beforehand where there is no key, in a file that is no TOML.
    """

    place: Place
    words: str
    line: int | None = None

    @property
    def key(self) -> str:
        """Return the way to the key as people write it: pools.web.servers[1]."""
        written = ""
        for step in self.place:
            written += f"[{step}]" if isinstance(step, int) else f".{step}" if written else step
        return written


class SiteMistaken(Exception):
    """The file cannot be used. Its text has a line for each mistake: file, line, key, what is wrong, the remedy."""

    def __init__(self, file: Path, text: str, mistakes: Sequence[Mistake]) -> None:
        told = [(each.line or line_of(text, each.place), each) for each in mistakes]
        super().__init__(
            "\n".join(
                f"{file}:{line}: {each.key}{': ' if each.key else ''}{each.words}"
                for line, each in sorted(told, key=lambda one: one[0])
            )
        )
