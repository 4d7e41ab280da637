"""What alerts and dashboards ask for of a machine is shown by Debian's node exporter; so is the backups' text file."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entraidectl.status.supervised import answer_of, asked_for, program
from tests.entraidectl.test_status import unused_port
from tests.journeys.node import wait_for

BACKUPS = "entraide_backup_verified_timestamp_seconds"


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[str]:
    """All that node exporter shows of this machine."""
    (tmp_path / "entraide-backup.prom").write_text(f"# TYPE {BACKUPS} gauge\n{BACKUPS} 1\n", encoding="utf-8")
    port = unused_port()
    command = [
        program("prometheus-node-exporter"),
        f"--web.listen-address=127.0.0.1:{port}",
        f"--collector.textfile.directory={tmp_path}",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield wait_for("node exporter", lambda: answer_of(f"http://127.0.0.1:{port}/metrics"))
    finally:
        process.kill()
        process.wait(timeout=20)


def test_a_machine_shows_what_is_asked_for(shown: str) -> None:
    names = {line.split("{")[0].split(" ")[0] for line in shown.splitlines()}
    assert asked_for("node_") | {BACKUPS} <= names
    size = next(line for line in shown.splitlines() if line.startswith("node_filesystem_avail_bytes{"))
    assert all(f'{label}="' in size for label in ("fstype", "mountpoint"))
