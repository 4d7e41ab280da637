"""An edge on a machine of its own, with others around it, for drills that apply one site.toml after the other."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.entraidectl.edge.networks import Machine


@dataclass(frozen=True, slots=True)
class Field:
    """The machines by name, one of which is "edge"; the folder of its files; what every site.toml begins with."""

    machines: dict[str, Machine]
    folder: Path
    site: str

    @property
    def edge(self) -> Machine:
        return self.machines["edge"]

    def ctl(self, command: str, *arguments: str) -> str:
        """Run `entraidectl edge COMMAND` on the edge."""
        words = ["--site", str(self.folder / "site.toml"), "--root", str(self.folder / "root"), *arguments]
        return self.edge.run(sys.executable, "-m", "entraidectl", "edge", command, *words)

    def apply(self, more: str) -> None:
        """Write the file with more tables at its end, and apply it."""
        (self.folder / "site.toml").write_text(self.site + more)
        self.ctl("apply")
