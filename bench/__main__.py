"""Runs a benchmark by name: bin/bench NAME [--quick]."""

import argparse
import importlib
import signal
import sys
from types import FrameType

NAMES = (
    "applying",
    "certificates",
    "edge",
    "feeds",
    "intake",
    "large",
    "meetings",
    "pages",
    "search",
    "signup-log",
    "territories",
    "waiting-room",
)


def main() -> int:
    """Run the benchmark; return 1 when a bound does not hold."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure, and say whether the bounds hold.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="less data and less time: a rehearsal, not a measurement")
    parser.add_argument("--documents", type=int, help="search only: measure so many documents alone")
    options = parser.parse_args()
    # Whoever stops it, what it made is taken away: servers, databases, files.
    signal.signal(signal.SIGTERM, _stop)
    only = {"documents": options.documents} if options.documents else {}
    return int(importlib.import_module(f"bench.{options.name.replace('-', '_')}").main(quick=options.quick, **only))


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
