"""One machine, one systemd unit for each process: the plan of the files. Pure."""

from pathlib import Path

from entraidectl.manifest import Manifest, Process
from entraidectl.steps import RemoveFile, Step, WriteFile

PREFIX = "entraide-"
UNIT = """\
# Written by entraidectl deploy systemd: changes made here are lost.
[Unit]
Description=Entraide: {serves}
After=network-online.target postgresql.service
Wants=network-online.target

[Service]
User={user}
WorkingDirectory={root}
EnvironmentFile={environment}
ExecStart={root}/{command}
Restart=always
RestartSec=1
# The main process is asked to stop and tells its own; whatever is left after the time is killed.
KillMode=mixed
TimeoutStopSec=40
LimitNOFILE=65536
UMask=0027
NoNewPrivileges=true
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths={root}/var
ProtectHome=read-only
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectControlGroups=true
PrivateTmp=true
PrivateDevices=true
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictSUIDSGID=true
LockPersonality=true

[Install]
WantedBy=multi-user.target
"""


def plan(
    *, manifest: Manifest, present: dict[Path, str], folder: Path, root: Path, user: str, environment: Path
) -> list[Step]:
    """Return the steps from the unit files that are `present` in `folder` to one unit for each process."""
    wished = {
        folder / f"{PREFIX}{process.name}.service": unit(process, root=root, user=user, environment=environment)
        for process in manifest.processes
    }
    writes: list[Step] = [WriteFile(path, text) for path, text in wished.items() if present.get(path) != text]
    return writes + [RemoveFile(path) for path in sorted(present.keys() - wished.keys())]


def unit(process: Process, *, root: Path, user: str, environment: Path) -> str:
    """Return the text of a process's unit file."""
    return UNIT.format(serves=process.serves, command=process.command, root=root, user=user, environment=environment)


def units_in(folder: Path) -> dict[Path, str]:
    """Return our unit files in a folder with their text."""
    return {path: path.read_text(encoding="utf-8") for path in sorted(folder.glob(f"{PREFIX}*.service"))}
