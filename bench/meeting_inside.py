"""Measures one part of `bin/bench meetings`: `python -m bench.meeting_inside PART FILE [--quick]`.

`bench.meeting_apart` runs it in a process of its own. It writes the figures to the file, as JSON.
"""

import argparse
import importlib
import signal
import sys
from pathlib import Path
from types import FrameType

from bench.meeting_apart import PARTS, write


def main() -> int:
    """Measure, and write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("file", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    # Whoever stops it, what it started is stopped too.
    signal.signal(signal.SIGTERM, _stop)
    module = importlib.import_module(PARTS[options.part].module)
    write(module.figures(quick=options.quick), options.file)
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
