"""From the configuration that runs to the one that is wished for: the plan. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from entraidectl.edge.bans.render import FOLDER as BANS
from entraidectl.edge.bans.render import JAILS
from entraidectl.edge.bans.steps import ReloadBans, StopBans, check_with_fail2ban
from entraidectl.edge.failover.keepalived import FILE as ADDRESSES
from entraidectl.edge.failover.steps import ReloadKeepalived, check_with_keepalived
from entraidectl.edge.nginx.render import SECRET_FILES
from entraidectl.edge.packets.render import FILE as PACKETS
from entraidectl.edge.packets.render import name_in
from entraidectl.edge.packets.steps import ForgetRules, LoadRules, SetKernel, check_with_nft
from entraidectl.edge.places import GENERATION, HOME, Places
from entraidectl.edge.serving import MakeFolder, RemoveFolder, Serve, Watch, check_with_nginx
from entraidectl.steps import RemoveFile, Step, WriteFile

KEPT = 5


class NothingBefore(Exception):
    """There is no earlier configuration to go back to."""


@dataclass(frozen=True, slots=True)
class State:
    """What lies on the machine: configurations by name, the oldest first, which one is meant to run and which does.

    `rules` is the name of the rules that packets are held to, `kernel` what the kernel is set to.
    """

    generations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    current: str = ""
    previous: str = ""
    running: str | None = None
    folders: frozenset[Path] = frozenset()
    host_files: Mapping[Path, str] = field(default_factory=dict)
    rules: str = ""
    kernel: Mapping[str, str] = field(default_factory=dict)


def name_of(files: Mapping[str, str]) -> str:
    """Return the name of a configuration, which changes with any letter of it."""
    whole = "".join(f"{name}\0{text}\0" for name, text in sorted(files.items()))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def at_home(files: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the files as they are written into their folder."""
    return {name: text.replace(HOME, str(home)).replace(GENERATION, home.name) for name, text in files.items()}


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs of the machine, where nginx says what runs, and what is outside of a configuration."""

    nginx: str
    watch: Watch
    user: str
    keepalived: str = ""
    nft: str = ""
    fail2ban: str = ""
    kernel: Mapping[str, str] = field(default_factory=dict)
    host_files: Mapping[Path, str] = field(default_factory=dict)


def plan(*, files: Mapping[str, str], state: State, places: Places, tools: Tools) -> list[Step]:
    """Return the steps to a running edge with these files; none when it is there."""
    name = name_of(files)
    home = places.generations / name
    present = state.generations.get(name, {})
    steps: list[Step] = [
        MakeFolder(folder, user=tools.user if folder == places.logs else "")
        for folder in places.folders
        if folder not in state.folders
    ]
    steps += [WriteFile(file, text) for file, text in tools.host_files.items() if state.host_files.get(file) != text]
    steps += [RemoveFile(file) for file in sorted(state.host_files.keys() - tools.host_files.keys())]
    written = [
        WriteFile(home / file, text, is_secret=file in SECRET_FILES)
        for file, text in at_home(files, home).items()
        if present.get(file) != text
    ]
    steps += written
    if written or state.current != name or state.running not in (None, name):
        before = state.current if state.current != name else state.previous
        steps += _turn(name, before, files, state, places, tools)
        steps += [RemoveFolder(places.generations / old) for old in _too_old(state, {name, before})]
    elif _differing(files, state):
        steps += [*_checks_of_packets(files, home, tools), *_packets(files, home, state, tools)]
        steps += _bans(files, state, places, tools)
    # Some settings are there only once the rules are.
    steps += [SetKernel(key, value) for key, value in tools.kernel.items() if state.kernel.get(key) != value]
    return steps


def plan_back(*, state: State, places: Places, tools: Tools) -> list[Step]:
    """Return the steps to the configuration that ran before. Raises NothingBefore."""
    if not state.previous or state.previous not in state.generations:
        raise NothingBefore("no configuration was applied before this one: there is nothing to go back to")
    return _turn(state.previous, state.current, state.generations[state.previous], state, places, tools)


def _turn(name: str, before: str, files: Mapping[str, str], state: State, places: Places, tools: Tools) -> list[Step]:
    """Return the steps that check a configuration which lies there, and have it run."""
    home = places.generations / name
    addresses = files.get(ADDRESSES)
    steps: list[Step] = [check_with_nginx(home, tools.nginx)]
    if addresses:
        steps.append(check_with_keepalived(home, tools.keepalived))
    steps += _checks_of_packets(files, home, tools)
    if JAILS in files:
        steps.append(check_with_fail2ban(home, tools.fail2ban))
    steps.append(Serve(name, before, places, tools.watch))
    if addresses and addresses != state.generations.get(state.current, {}).get(ADDRESSES):
        steps.append(ReloadKeepalived(places.addresses_pid))
    return [*steps, *_packets(files, home, state, tools), *_bans(files, state, places, tools)]


def _differing(files: Mapping[str, str], state: State) -> bool:
    """Tell whether packets are held to other rules than a configuration's."""
    return name_in(files.get(PACKETS, "")) != state.rules


def _checks_of_packets(files: Mapping[str, str], home: Path, tools: Tools) -> list[Step]:
    return [check_with_nft(home, tools.nft)] if PACKETS in files else []


def _packets(files: Mapping[str, str], home: Path, state: State, tools: Tools) -> list[Step]:
    """Return the steps that have packets held to a configuration's rules, if they are not yet."""
    if not _differing(files, state):
        return []
    return [LoadRules(home, tools.nft) if PACKETS in files else ForgetRules(tools.nft)]


def _bans(files: Mapping[str, str], state: State, places: Places, tools: Tools) -> list[Step]:
    """Return the steps that have fail2ban follow: other jails, or rules that know nobody who was shut out before."""
    before = state.generations.get(state.current, {})
    if JAILS not in files:
        return [StopBans(places, tools.fail2ban)] if JAILS in before and tools.fail2ban else []
    if _differing(files, state) or _of_bans(before) != _of_bans(files):
        return [ReloadBans(places, tools.fail2ban)]
    return []


def _of_bans(files: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name.startswith(f"{BANS}/")}


def _too_old(state: State, needed: set[str]) -> Sequence[str]:
    """Return the configurations that nobody will go back to. `generations` is in the order of their age."""
    others = [name for name in state.generations if name not in needed]
    return others[: max(0, len(others) - (KEPT - len(needed)))]
