"""Where the edge keeps its files. Everything is below one folder, "/" on a machine and another one in tests."""

from dataclasses import dataclass
from pathlib import Path

# Files are written for this place; the one where they come to lie is put in when they are written.
HOME = "@HOME@"
GENERATION = "@GENERATION@"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files of an edge."""

    root: Path

    @property
    def edge(self) -> Path:
        """Return the folder of configurations."""
        return self.root / "etc/entraide/edge"

    @property
    def generations(self) -> Path:
        """Return the folder in which each configuration that was applied has a folder of its own."""
        return self.edge / "generations"

    @property
    def current(self) -> Path:
        """Return the link to the configuration that runs."""
        return self.edge / "current"

    @property
    def previous(self) -> Path:
        """Return the link to the one before."""
        return self.edge / "previous"

    @property
    def cache(self) -> Path:
        """Return the folder of kept answers."""
        return self.root / "var/cache/entraide-edge"

    @property
    def drafts(self) -> Path:
        """Return the folder of bodies and answers that are too long for memory."""
        return self.root / "var/lib/entraide-edge"

    @property
    def challenges(self) -> Path:
        """Return the folder in which certbot or lego puts its proofs."""
        return self.drafts / "acme"

    @property
    def logs(self) -> Path:
        """Return the folder of logs."""
        return self.root / "var/log/entraide-edge"

    @property
    def pid(self) -> Path:
        """Return the file with the number of nginx's first process."""
        return self.root / "run/entraide-edge.pid"

    @property
    def state(self) -> Path:
        """Return the folder in which an edge's watcher says how it is."""
        return self.root / "run/entraide-edge"

    @property
    def health(self) -> Path:
        """Return the file that keepalived follows."""
        return self.state / "health"

    @property
    def view(self) -> Path:
        """Return the file that says to other edges whether this one reaches the platform."""
        return self.state / "view"

    @property
    def leaving(self) -> Path:
        """Return the file that is there while an operator wants this edge to have no address."""
        return self.state / "leaving"

    @property
    def addresses_pid(self) -> Path:
        """Return the file with the number of keepalived's first process."""
        return self.state / "keepalived.pid"

    @property
    def bans_socket(self) -> Path:
        """Return where fail2ban is spoken to."""
        return self.state / "fail2ban.sock"

    @property
    def bans_pid(self) -> Path:
        """Return the file with fail2ban's number."""
        return self.state / "fail2ban.pid"

    @property
    def rotation(self) -> Path:
        """Return logrotate's file about our logs."""
        return self.root / "etc/logrotate.d/entraide-edge"

    @property
    def unit(self) -> Path:
        """Return systemd's unit of the edge."""
        return self.root / "etc/systemd/system/entraide-edge.service"

    @property
    def addresses_unit(self) -> Path:
        """Return systemd's unit of what moves addresses."""
        return self.root / "etc/systemd/system/entraide-edge-addresses.service"

    @property
    def watcher_unit(self) -> Path:
        """Return systemd's unit of what looks after nginx."""
        return self.root / "etc/systemd/system/entraide-edge-watcher.service"

    @property
    def packets_unit(self) -> Path:
        """Return systemd's unit of the rules of packets."""
        return self.root / "etc/systemd/system/entraide-edge-packets.service"

    @property
    def bans_unit(self) -> Path:
        """Return systemd's unit of what shuts networks out."""
        return self.root / "etc/systemd/system/entraide-edge-bans.service"

    @property
    def kernel(self) -> Path:
        """Return the kernel's settings for when it starts."""
        return self.root / "etc/sysctl.d/60-entraide-edge.conf"

    @property
    def host_files(self) -> tuple[Path, ...]:
        """Return the files outside of configurations."""
        return (
            self.rotation, self.unit, self.addresses_unit, self.watcher_unit, self.packets_unit, self.bans_unit,
            self.kernel,
        )  # fmt: skip

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders that must be there before nginx starts."""
        return (self.cache, self.drafts, self.challenges, self.logs, self.pid.parent, self.state)
