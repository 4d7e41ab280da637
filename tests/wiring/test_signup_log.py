"""`bin/manage prepare-signup-log` sets up the replicated log on real servers; no database is needed for it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nats_cluster import ROOT, Cluster, cluster


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("nats")) as running:
        yield running


def prepare(tmp_path: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command while the database that the environment names is away."""
    environment = {
        **os.environ,
        "MODE": "development",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"postgresql:///nobody?host={tmp_path}",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-m", "config.manage", "prepare-signup-log"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_it_is_made_left_as_it_is_and_changed(servers: Cluster, tmp_path: Path) -> None:
    addresses = ",".join(servers.addresses)
    runs = [
        prepare(tmp_path, INTAKE_LOG=addresses, INTAKE_LOG_BYTES=size) for size in ("9000000", "9000000", "6000000")
    ]
    assert [run.returncode for run in runs] == [0, 0, 0], runs[-1].stderr
    assert [run.stdout.splitlines()[0] for run in runs] == [
        "signups-1: made; 3 copies, 3,000,000 bytes on each server at most",
        "signups-1: as it was; 3 copies, 3,000,000 bytes on each server at most",
        "signups-1: updated; 3 copies, 2,000,000 bytes on each server at most",
    ]
    assert len(runs[0].stdout.splitlines()) == 3


def test_without_servers_it_says_where_sign_ups_go(tmp_path: Path) -> None:
    run = prepare(tmp_path)
    assert run.returncode == 1
    assert run.stderr.startswith("INTAKE_LOG names no servers")


def test_what_is_in_the_way_is_told_in_one_line_without_the_password(servers: Cluster, tmp_path: Path) -> None:
    run = prepare(tmp_path, INTAKE_LOG=",".join(servers.addresses), INTAKE_LOG_AUTHORITY=str(tmp_path / "nowhere.pem"))
    assert run.returncode == 1
    assert "INTAKE_LOG_AUTHORITY" in run.stderr and "there is no such file" in run.stderr
    assert "only-on-this-machine" not in run.stderr
    assert "Traceback" not in run.stderr
