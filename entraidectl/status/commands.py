"""`entraidectl status …`."""

import json
from dataclasses import asdict
from urllib.parse import urlsplit

import click

from entraidectl.status.alerts.commands import supervision
from entraidectl.status.nodes import NodeState, ask
from entraidectl.status.page.commands import COMMANDS as PAGE_COMMANDS


@click.group()
def status() -> None:
    """See how nodes do, and tell everybody on the public status page."""


for _command in PAGE_COMMANDS:
    status.add_command(_command)


def _http_address(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for address in value:
        if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
            raise click.BadParameter(f"{address!r} is not an http:// or https:// address")
    return value


@status.command()
@click.argument("addresses", nargs=-1, required=True, callback=_http_address)
@click.option("--timeout", type=click.FloatRange(0.1, 60), default=5.0, help="Seconds to wait for each node.")
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
def nodes(addresses: tuple[str, ...], timeout: float, as_json: bool) -> None:
    """Ask each node whether it is ready; exit 1 when one is not."""
    states = [ask(address, timeout=timeout) for address in addresses]
    if as_json:
        click.echo(json.dumps([asdict(state) for state in states], indent=2))
    else:
        for state in states:
            click.echo(_line(state))
    if not all(state.ready for state in states):
        raise SystemExit(1)


def _line(state: NodeState) -> str:
    failing = [name for name, check in state.checks.items() if not check.get("ok")]
    detail = state.error or (f"failing: {', '.join(failing)}" if failing else "")
    return f"{state.address}  {'ready' if state.ready else 'NOT READY'}  {detail}".rstrip()


status.add_command(supervision)
