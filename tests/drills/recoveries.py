"""How long each fault took: from its cause, or its end, to the next good answer, such as an acknowledged sign-up."""

from dataclasses import dataclass

measured: list["Recovery"] = []


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was done, how many seconds passed without a good answer, and what else was seen."""

    fault: str
    seconds: float
    seen: str = ""


def note(fault: str, *, seconds: float, seen: str = "") -> None:
    """Keep a measurement, for the table at the end of the run."""
    measured.append(Recovery(fault, seconds, seen))


def table() -> list[str]:
    """Return the measurements as the lines of a table."""
    rows = [f"| {each.fault} | {each.seconds:.1f} s | {each.seen} |" for each in measured]
    return ["| what was done | answered again after | seen |", "| --- | --- | --- |", *rows]
