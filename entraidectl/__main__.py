"""Runs the command line: python -m entraidectl."""

from entraidectl.cli import main

if __name__ == "__main__":
    main(prog_name="entraidectl")
