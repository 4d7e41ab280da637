"""The units of systemd that copy and try: the plan of the files. Pure."""

from pathlib import Path

from entraidectl.steps import Step, WriteFile

SERVICE = """\
# Written by entraidectl deploy backups: changes made here are lost.
[Unit]
Description=Entraide: {does}
After=network-online.target postgresql.service

[Service]
Type=oneshot
WorkingDirectory={root}
ExecStart={root}/bin/entraidectl {words} --site {site}
Nice=10
IOSchedulingClass=idle
ProtectHome=read-only
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectControlGroups=true
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
LockPersonality=true
"""
TIMER = """\
# Written by entraidectl deploy backups: changes made here are lost.
[Unit]
Description=Entraide: {does}

[Timer]
OnCalendar={when}
RandomizedDelaySec=300
Persistent=true

[Install]
WantedBy=timers.target
"""
# What is done, in which words, and when. A copy is tried every three days, so that one failure is no alarm yet.
JOBS = {
    "entraidectl-backup": ("copies the database, the files and the sign-up log", "backup", "*-*-* 02:30"),
    "entraidectl-backup-files": ("copies the files and the sign-up log", "backup --type files", "*-*-* *:15"),
    "entraidectl-verify": ("tries the newest copy of the database", "verify", "*-*-01/3 04:30"),
}


def plan(*, present: dict[Path, str], folder: Path, root: Path, site: Path) -> list[Step]:
    """Return the steps from the files that are `present` to a service and a timer for each job."""
    wished: dict[Path, str] = {}
    for name, (does, words, when) in JOBS.items():
        wished[folder / f"{name}.service"] = SERVICE.format(does=does, words=words, root=root, site=site)
        wished[folder / f"{name}.timer"] = TIMER.format(does=does, when=when)
    return [WriteFile(path, text) for path, text in wished.items() if present.get(path) != text]


def units_in(folder: Path) -> dict[Path, str]:
    """Return those of our files that are in a folder, with their text."""
    paths = (folder / f"{name}.{kind}" for name in JOBS for kind in ("service", "timer"))
    return {path: path.read_text(encoding="utf-8") for path in paths if path.is_file()}
