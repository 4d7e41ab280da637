"""The steps of nftables and the kernel: rules are read by the kernel before they are loaded, all of them at once."""

import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from entraidectl.edge.packets.handover import TABLE
from entraidectl.edge.packets.render import FILE, FORGET, name_in
from entraidectl.edge.serving import Check, StepFailed, told

SETTINGS = Path("/proc/sys")


def check_with_nft(home: Path, program: str) -> Check:
    """Return the step in which the kernel reads rules."""
    return Check(home / FILE, "nftables", "rules", partial(complaint_of, program, home))


def complaint_of(program: str, home: Path) -> str:
    """Return what nftables, or the kernel, has against the rules in a folder; empty when they can be loaded."""
    return _told(program, "--check", "--file", str(home / FILE))


@dataclass(frozen=True, slots=True)
class LoadRules:
    """Have the kernel hold packets to a configuration's rules, and to no others of ours."""

    home: Path
    program: str

    def describe(self) -> dict[str, str]:
        """Return the rules."""
        return {"action": "load", "target": f"{self.home}/{FILE}"}

    def run(self) -> None:
        """Replace the rules at once. Raises StepFailed, with the rules before, when the kernel does not take them."""
        complaint = _told(self.program, "--file", str(self.home / FILE))
        if complaint:
            raise StepFailed(f"packets are held to the rules before: {complaint}")


@dataclass(frozen=True, slots=True)
class ForgetRules:
    """Have the kernel hold packets to no rules of ours."""

    program: str

    def describe(self) -> dict[str, str]:
        """Return what is forgotten."""
        return {"action": "remove", "target": f"nftables' tables {TABLE}"}

    def run(self) -> None:
        """Remove the tables, whether they are there or not."""
        complaint = _told(self.program, "--file", "-", said=FORGET)
        if complaint:
            raise StepFailed(f"packets are held to the rules before: {complaint}")


@dataclass(frozen=True, slots=True)
class SetKernel:
    """Set one of the kernel's settings, until it starts again; a file of the machine says the same then."""

    name: str
    value: str

    def describe(self) -> dict[str, str]:
        """Return the setting."""
        return {"action": "set", "target": f"{self.name} = {self.value}"}

    def run(self) -> None:
        """Raise StepFailed when the kernel does not know it, or may not be told here."""
        try:
            _file_of(self.name).write_text(self.value, encoding="ascii")
        except OSError as error:
            raise StepFailed(f"the kernel's {self.name} cannot be set to {self.value}: {error.strerror}") from error


def setting(name: str) -> str:
    """Return what the kernel is set to; empty when it has no such setting, or not yet."""
    try:
        return _file_of(name).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _file_of(name: str) -> Path:
    return SETTINGS / name.replace(".", "/")


def loaded(program: str) -> str:
    """Return the name of the rules that hold; empty when there are none, or when it may not be known."""
    if not program:
        return ""
    command = [program, "list", "table", "inet", TABLE]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (nft)
    return name_in(asked.stdout)


def _told(program: str, *words: str, said: str = "") -> str:
    """Run nftables and return its complaint in one line; empty when it had none."""
    return " ".join(told(program, *words, said=said).split())
