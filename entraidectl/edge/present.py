"""Reads what lies on a machine before a plan is made."""

from pathlib import Path

from entraidectl.edge.applying import State, Tools
from entraidectl.edge.packets.steps import loaded, setting
from entraidectl.edge.places import Places


def state_of(places: Places, tools: Tools) -> State:
    """Return what is there. Raises OSError where it may not be read."""
    return State(
        generations={folder.name: _files(folder) for folder in _by_age(places.generations)},
        current=places.current.readlink().name if places.current.is_symlink() else "",
        previous=places.previous.readlink().name if places.previous.is_symlink() else "",
        running=tools.watch.running(),
        folders=frozenset(folder for folder in places.folders if folder.is_dir()),
        host_files={file: file.read_text(encoding="utf-8") for file in places.host_files if file.is_file()},
        rules=loaded(tools.nft),
        kernel={name: setting(name) for name in tools.kernel},
    )


def _by_age(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(folder.iterdir(), key=lambda each: (each.stat().st_mtime, each.name))


def _files(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.endswith(".part")
    }
