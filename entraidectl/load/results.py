"""The result of a campaign as it is kept: JSON beside its report, and how it compares with the one before."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from entraidectl.load.tally import Tally
from entraidectl.load.verdict import Figure, Outcome, Verdict

FORMAT = "entraide-campaign/1"
FILE = "result.json"


class NotAResult(Exception):
    """A file is no result of a campaign, or of another format."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run: what was asked of whom, what came of it. Times are in seconds; `started_at` since 1970."""

    scenario: str
    target: str
    scale: float
    seed: int
    workers: int
    started_at: float
    seconds: float
    due: int
    machine: str
    outcome: Outcome
    tally: Tally


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two runs."""

    figure: Figure
    before: float

    @property
    def factor(self) -> float | None:
        """How many times the one before it is; None where that was nothing."""
        return self.figure.value / self.before if self.before else None


def write(result: Result, folder: Path) -> Path:
    """Write a result into its folder, whole or not at all."""
    plain: dict[str, Any] = {"format": FORMAT, **asdict(result), "tally": result.tally.to_plain()}
    file = folder / FILE
    draft = file.with_suffix(".part")
    draft.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    draft.replace(file)
    return file


def read(file: Path) -> Result:
    """Read a result. Raises NotAResult with the reason."""
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
        if plain.pop("format") != FORMAT:
            raise NotAResult(f"{file}: not of the format {FORMAT}")
        outcome = plain.pop("outcome")
        figures = tuple(Figure(**figure) for figure in outcome["figures"])
        tally = Tally.from_plain(plain.pop("tally"))
        return Result(**plain, tally=tally, outcome=Outcome(Verdict(outcome["verdict"]), outcome["reason"], figures))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NotAResult(f"{file}: cannot be read ({error})") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAResult(f"{file}: no result of a campaign ({error})") from error


def last_before(folder: Path, *, scenario: str) -> Result | None:
    """Return the latest earlier result of a scenario among the folders beside this one; broken ones are passed over."""
    for other in sorted(folder.parent.glob(f"{scenario}-*"), reverse=True):
        if other.name < folder.name and (other / FILE).exists():
            try:
                return read(other / FILE)
            except NotAResult:
                continue
    return None


def changes(result: Result, before: Result) -> list[Change]:
    """Return the figures that both runs have."""
    known = {(figure.step, figure.what): figure.value for figure in before.outcome.figures}
    return [
        Change(figure, known[figure.step, figure.what])
        for figure in result.outcome.figures
        if (figure.step, figure.what) in known
    ]
