"""The certificates' site: built into var/certificates-site for the roots that this machine trusts.

`python -m bin.steps.certificates_site check` asks TypeScript whether its types hold; `test` runs its own tests.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from bin.steps import assets, portal, stamps
from bin.steps.packages import PYTHON, ROOT
from bin.steps.terminal import Refusal
from config import environment as names

SOURCES = ROOT / "certificates-site"


def ensure() -> None:
    """Have the site, built anew when its sources, its packages or the roots have changed.

    Does nothing where the keys cannot be kept as they must: the portal runs without seals then, and says why.
    """
    var_dir = names.from_process().value(names.VAR_DIR)
    try:
        trusted = roots()
    except Refusal:
        return
    stamp = var_dir / "certificates-site.stamp"
    value = stamps.digest(files=_sources()) + "".join(trusted)
    if not stamps.matches(stamp=stamp, value=value) or not (var_dir / "certificates-site").is_dir():
        build(var_dir=var_dir, roots=trusted)
        stamps.write(stamp=stamp, value=value)


def build(*, var_dir: Path, roots: Sequence[str]) -> None:
    """Build the site below a folder, for roots given as points in hexadecimal."""
    if not roots:
        raise Refusal(
            "The certificates site needs a root to trust: set one up with bin/entraide-cert (docs/operate/seals.md)."
        )
    assets.npm_run(
        "certificates-site", saying="Building the certificates site", ROOTS=",".join(roots), VAR_DIR=str(var_dir),
        VERSION=_version(),
    )  # fmt: skip


def _version() -> str:
    """Return the project's version, which the pages show beside their hash."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def roots() -> list[str]:
    """Return the roots of this machine; in development one is made."""
    done = subprocess.run(  # noqa: S603 (our own module)
        [PYTHON, "-m", "config.seal_roots"], env=portal.variables_of(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refusal(done.stderr.strip())
    return done.stdout.split()


def _sources() -> Iterable[Path]:
    found = [file for file in SOURCES.rglob("*") if file.is_file()]
    tokens = ROOT / "entraide" / "foundation" / "styles" / "_tokens.scss"
    return [ROOT / "package-lock.json", ROOT / "pyproject.toml", tokens, *sorted(found)]


def main(arguments: list[str]) -> int:
    """Check or test the sources."""
    try:
        for word in arguments:
            assets.npm_run(f"certificates-{word}", saying=f"The certificates site: {word}")
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
