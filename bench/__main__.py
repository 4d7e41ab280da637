"""Runs a benchmark by name: bin/bench NAME [--quick]."""

import argparse
import importlib
import sys

NAMES = ("certificates", "intake", "pages", "signup-log", "waiting-room")


def main() -> int:
    """Run the benchmark; return 1 when a bound does not hold."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure, and say whether the bounds hold.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="less data and less time: a rehearsal, not a measurement")
    options = parser.parse_args()
    return int(importlib.import_module(f"bench.{options.name.replace('-', '_')}").main(quick=options.quick))


if __name__ == "__main__":
    sys.exit(main())
