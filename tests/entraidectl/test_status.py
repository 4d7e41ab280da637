"""A node that is not ready, or not there, is said so and the command fails."""

import socket

from click.testing import CliRunner

from entraidectl.cli import main


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_node_that_is_not_there_is_not_ready() -> None:
    address = f"http://127.0.0.1:{unused_port()}"
    result = CliRunner().invoke(main, ["status", "nodes", address])
    assert result.exit_code == 1
    assert result.stdout == f"{address}  NOT READY  connection refused\n"


def test_an_address_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(main, ["status", "nodes", "file:///etc/passwd"])
    assert result.exit_code == 2
    assert "is not an http:// or https:// address" in result.stderr
