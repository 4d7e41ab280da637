"""Plan, then run. A plan is a list of steps made without touching anything; `--dry-run` prints it and stops there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click


class Step(Protocol):
    """One change to the world, described before it is made."""

    def describe(self) -> dict[str, str]:
        """Return what the step does: `action`, `target` and what else a reader needs."""
        ...

    def run(self) -> None:
        """Do it. Doing it twice does no harm."""
        ...


@dataclass(frozen=True, slots=True)
class WriteFile:
    """Write a file, whole or not at all; a secret one for its owner alone."""

    path: Path
    content: str
    is_secret: bool = False

    def describe(self) -> dict[str, str]:
        """Return the file and whether it is new."""
        return {"action": "change" if self.path.exists() else "create", "target": str(self.path)}

    def run(self) -> None:
        """Write beside the file, then move over it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.part")
        draft.unlink(missing_ok=True)
        # Nobody else reads a secret, not even before it is whole.
        draft.touch(mode=0o600 if self.is_secret else 0o666, exist_ok=False)
        draft.write_text(self.content, encoding="utf-8")
        draft.replace(self.path)


@dataclass(frozen=True, slots=True)
class RemoveFile:
    """Remove a file that an earlier plan wrote."""

    path: Path

    def describe(self) -> dict[str, str]:
        """Return the file."""
        return {"action": "remove", "target": str(self.path)}

    def run(self) -> None:
        """Remove it if it is still there."""
        self.path.unlink(missing_ok=True)


def carry_out(steps: Sequence[Step], *, dry_run: bool, as_json: bool) -> None:
    """Print each step and, unless it is a rehearsal, do it. Stops at the first that fails."""
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "steps": [step.describe() for step in steps]}, indent=2))
    elif not steps:
        click.echo("Nothing to do.")
    for step in steps:
        if not as_json:
            click.echo(f"{'would ' if dry_run else ''}{step.describe()['action']} {step.describe()['target']}")
        if not dry_run:
            step.run()
