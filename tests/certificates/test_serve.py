"""`bin/serve` has seals on a port of their own, and goes on without them when they cannot be had."""

import socket
from pathlib import Path

import pytest

from config import serve
from entraide.foundation.env import Environment


def free_pair() -> int:
    """Return a port whose second next is free too."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + 2))
            except (OSError, OverflowError):
                continue
            return port


def site(tmp_path: Path, port: int, **variables: str) -> serve.Site:
    values = {"VAR_DIR": str(tmp_path), "PORT": str(port), "MODE": "development", **variables}
    return serve.site_of(Environment(values), on_lan=False)


def test_seals_are_two_ports_above_the_portal_unless_their_setting_says_otherwise(tmp_path: Path) -> None:
    port = free_pair()
    found = site(tmp_path, port)
    assert found.seals_port == port + 2
    assert [program.name for program in serve.programs(found, {})] == ["web", "worker", "indexer", "seals"]
    assert site(tmp_path, port, SEALS_PORT=str(port + 2)).seals_port == port + 2


def test_a_taken_port_or_an_open_folder_leaves_the_portal_running_without_seals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_pair()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 2))
        taken.listen(1)
        found = site(tmp_path, port)
    assert [program.name for program in serve.programs(found, {})] == ["web", "worker", "indexer"]
    assert f"port {port + 2} is taken" in capsys.readouterr().err
    (tmp_path / "seals").mkdir(exist_ok=True)
    (tmp_path / "seals").chmod(0o755)
    assert site(tmp_path, port).seals_port == 0
    assert "chmod 700" in capsys.readouterr().err
