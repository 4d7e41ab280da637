"""The steps of keepalived: it is asked about its file, and reads it again while it goes on bearing addresses."""

import os
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from entraidectl.edge.failover.keepalived import FILE
from entraidectl.edge.serving import Check, running_pid, told


def check_with_keepalived(home: Path, program: str) -> Check:
    """Return the step in which keepalived reads a configuration."""
    return Check(home / FILE, "keepalived", "configuration", partial(_complaint_of, program, home))


def _complaint_of(program: str, home: Path) -> str:
    return " ".join(told(program, "--config-test", "--use-file", str(home / FILE), "--vrrp").split())


@dataclass(frozen=True, slots=True)
class ReloadKeepalived:
    """Have a running keepalived read its file again."""

    pid_file: Path

    def describe(self) -> dict[str, str]:
        """Return whom it is asked of."""
        return {"action": "reload", "target": "keepalived"}

    def run(self) -> None:
        """Ask it; without one that runs there is nothing to do."""
        pid = running_pid(self.pid_file, command="keepalived")
        if pid:
            os.kill(pid, signal.SIGHUP)
