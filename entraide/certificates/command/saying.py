"""How the command line speaks: results on standard output, progress on standard error, one line for what is wrong."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from entraide.certificates.errors import Unusable
from entraide.certificates.keys.files import NoKey
from entraide.certificates.keys.folder import FolderUnusable
from entraide.certificates.schedule import ClockBehind


def result(value: Any, *, as_json: bool, text: str) -> None:
    """Print a result, as JSON or as text."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False) if as_json else text)


def progress(done: int, total: int, what: str) -> None:
    """Say how far a long work has come: in place on a terminal, a line now and then elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\r· {what}: {done} of {total}", nl=done == total, err=True)
    elif done == total or done % 500 == 0:
        click.echo(f"· {what}: {done} of {total}", err=True)


def say(line: str) -> None:
    """Say something that is no result."""
    click.echo(line, err=True)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what the library and the disk raise into one plain line and exit code 1."""
    try:
        yield
    except (Unusable, NoKey, FolderUnusable, ClockBehind) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{where}{error.strerror or error}") from error
