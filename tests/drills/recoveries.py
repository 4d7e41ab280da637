"""How long each fault took: from its cause, or its end, to the next good answer, such as an acknowledged sign-up."""

from dataclasses import dataclass

measured: list["Recovery"] = []


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was done, how many seconds passed without a good answer, what else was seen, and who grew by how much."""

    fault: str
    seconds: float
    seen: str
    more_mb: float | None


def note(fault: str, *, seconds: float, seen: str = "", more_mb: float | None = None) -> None:
    """Keep a measurement, for the table at the end of the run."""
    measured.append(Recovery(fault, seconds, seen, more_mb))


def table() -> list[str]:
    """Return the measurements as the lines of a table."""
    return [
        "| what was done | answered again after | memory | seen |",
        "| --- | --- | --- | --- |",
        *(f"| {each.fault} | {each.seconds:.1f} s | {_more(each.more_mb)} | {each.seen} |" for each in measured),
    ]


def _more(megabytes: float | None) -> str:
    return "" if megabytes is None else f"{megabytes:+.0f} MB"
