"""The steps of fail2ban: it reads a configuration before it is taken over, and sets its bans anew with it."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from entraidectl.edge.bans.render import FOLDER, JAILS
from entraidectl.edge.places import Places
from entraidectl.edge.serving import Check, StepFailed, told


def check_with_fail2ban(home: Path, program: str) -> Check:
    """Return the step in which fail2ban reads a configuration."""
    return Check(home / JAILS, "fail2ban", "jails", partial(complaint_of, program, home))


def complaint_of(program: str, home: Path) -> str:
    """Return what fail2ban has against the jails in a folder; empty when it takes them."""
    return " ".join(told(program, "-c", str(home / FOLDER), "--test").split())


@dataclass(frozen=True, slots=True)
class ReloadBans:
    """Have a running fail2ban follow the current configuration, and tell the kernel anew of whom it shuts out."""

    places: Places
    program: str

    def describe(self) -> dict[str, str]:
        """Return whom it is asked of."""
        return {"action": "reload", "target": "fail2ban"}

    def run(self) -> None:
        """Ask it; without one that runs there is nothing to do. Raises StepFailed when it does not follow."""
        client = [self.program, "-c", str(self.places.current / FOLDER), "-s", str(self.places.bans_socket)]
        if told(*client, "ping"):
            return
        complaint = told(*client, "reload", "--restart", "--all")
        if complaint:
            raise StepFailed(f"fail2ban does not follow: {' '.join(complaint.split())}")


@dataclass(frozen=True, slots=True)
class StopBans:
    """Let in again whom fail2ban shut out, and have it stop."""

    places: Places
    program: str

    def describe(self) -> dict[str, str]:
        """Return what is stopped."""
        return {"action": "stop", "target": "fail2ban"}

    def run(self) -> None:
        """Ask it to; one that does not run has stopped."""
        told(self.program, "-s", str(self.places.bans_socket), "stop")
