"""What pgBackRest and PostgreSQL are told. Pure."""

from entraidectl.backups.place import STANZA, Place


def pgbackrest_file(place: Place, *, passphrase: str) -> str:
    """Return the text of pgBackRest's own file."""
    wish = place.wish
    lines = [
        "# Written by entraidectl backup: changes made here are lost.",
        "[global]",
        f"lock-path={place.state}/lock",
        f"log-path={place.state}/log",
        f"spool-path={place.state}/spool",
        "log-level-file=info",
        "log-level-stderr=warn",
        "start-fast=y",
        "process-max=2",
        "compress-type=zst",
        f"archive-push-queue-max={wish.waiting}MB",
    ]
    for number, folder in enumerate(place.folders, start=1):
        lines += [f"repo{number}-path={folder}/postgresql", f"repo{number}-retention-full={wish.keep_full}"]
        if passphrase:
            lines += [f"repo{number}-cipher-type=aes-256-cbc", f"repo{number}-cipher-pass={passphrase}"]
    lines += [
        f"[{STANZA}]",
        f"pg1-path={wish.data}",
        f"pg1-port={wish.port}",
        f"pg1-socket-path={wish.socket}",
        f"pg1-user={wish.user}",
    ]
    return "\n".join(lines) + "\n"


def server_settings(place: Place) -> dict[str, str]:
    """Return what PostgreSQL is set to; its WAL leaves the machine every minute even when little is written."""
    return {
        "archive_mode": "on",
        "archive_command": f"/usr/bin/pgbackrest --config={place.configuration} --stanza={STANZA} archive-push %p",
        "archive_timeout": "60",
    }


def missing_settings(place: Place, present: dict[str, str]) -> dict[str, str]:
    """Return which settings differ from what is `present`; a `wal_level` of minimal is one, too."""
    wished = server_settings(place)
    if present.get("archive_mode") == "always":
        del wished["archive_mode"]
    if present.get("wal_level") == "minimal":
        wished["wal_level"] = "replica"
    return {name: value for name, value in wished.items() if present.get(name) != value}
