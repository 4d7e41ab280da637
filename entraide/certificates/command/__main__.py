"""Runs the command line: python -m entraide.certificates.command."""

from entraide.certificates.command.cli import main

if __name__ == "__main__":
    main(prog_name="entraide-cert")
