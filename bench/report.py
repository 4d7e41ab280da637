"""The report of a benchmark: figures beside their bounds, the machine, the commit; kept as JSON in var/bench."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
# What others did on this machine in the last minute before anything was measured.
LOAD_BEFORE = os.getloadavg()[0]
IDLE_LOAD = 0.5


class Side(StrEnum):
    """On which side of its bound a figure must stay."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; `bound` is None when it is printed only."""

    name: str
    value: float
    unit: str
    side: Side = Side.AT_MOST
    bound: float | None = None

    @property
    def holds(self) -> bool | None:
        """Tell whether the figure stays on its side of the bound; None without a bound."""
        if self.bound is None:
            return None
        return self.value >= self.bound if self.side == Side.AT_LEAST else self.value <= self.bound

    def line(self) -> str:
        """Return the figure as a line for a terminal."""
        verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[self.holds]
        bound = "" if self.bound is None else f"{self.side} {self.bound:g} {self.unit}"
        value = f"{self.value:,.1f}" if abs(self.value) >= 10 else f"{self.value:.2f}"
        return f"{self.name:<58} {value:>12} {self.unit:<12} {bound:<28} {verdict}".rstrip()


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "processor": cpu,
        "processors": os.cpu_count(),
        "memory_mib": memory // 1024,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": LOAD_BEFORE,
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def commit() -> str:
    """Return the commit that was measured, with a plus sign when files had changed since."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"


def finish(
    *,
    benchmark: str,
    figures: Sequence[Figure],
    quick: bool,
    setup: Mapping[str, str] | None = None,
    raw: Mapping[str, object] | None = None,
) -> int:
    """Print the figures, write `var/bench/BENCHMARK.json`, return 1 when a bound does not hold, else 0.

    `setup` tells what ran on which processors; `raw` is what each round saw. Both are kept in the file.
    """
    facts = machine()
    print(f"\n{benchmark}{' (quick)' if quick else ''}, commit {commit()}")
    print(
        f"{facts['processor']}, {facts['processors']} processors, {facts['memory_mib']} MiB, Python {facts['python']}"
    )
    for name, where in (setup or {}).items():
        print(f"{name}: {where}")
    print(f"load of the machine before: {LOAD_BEFORE:.1f}")
    if LOAD_BEFORE > IDLE_LOAD:
        print("Others were at work on this machine: alone it does better than this.")
    print()
    for figure in figures:
        print(figure.line())
    document = {
        "benchmark": benchmark,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "commit": commit(),
        "machine": facts,
        "setup": dict(setup or {}),
        "figures": [{**asdict(figure), "holds": figure.holds} for figure in figures],
        "raw": dict(raw or {}),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    draft = FOLDER / f".{benchmark}.part"
    draft.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(FOLDER / f"{benchmark}.json")
    return 1 if any(figure.holds is False for figure in figures) else 0
