"""The certificates' site: built into var/certificates-site for the roots that this machine trusts.

`python -m bin.steps.certificates_site check` asks TypeScript whether its types hold; `test` runs its own tests.
"""

import hashlib
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bin.steps import assets, portal, stamps
from bin.steps.packages import PYTHON, ROOT
from bin.steps.terminal import Refusal
from config import environment as names

SOURCES = ROOT / "certificates-site"
OTHERS = (
    ROOT / "package-lock.json",
    ROOT / "pyproject.toml",
    ROOT / "entraide" / "foundation" / "styles" / "_tokens.scss",
    ROOT / "entraide" / "certificates" / "command" / "words.json",
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What goes into a build: roots as points in hexadecimal; the documents that the one file holds, or none."""

    roots: Sequence[str]
    documents: dict[str, Path] = field(default_factory=dict)

    @classmethod
    def given(cls, arguments: Sequence[str]) -> "Trust":
        """Read it from the command line: roots, and files named keys.cose and forms.cose."""
        files = {Path(word).name: Path(word) for word in arguments if word.endswith(".cose")}
        if files and set(files) != {"keys.cose", "forms.cose"}:
            raise Refusal("The one file needs both keys.cose and forms.cose (docs/operate/seals.md).")
        return cls([word for word in arguments if not word.endswith(".cose")], files)


def ensure() -> None:
    """Have the site, built anew when its sources, its packages, the roots or what they signed have changed.

    Does nothing where the keys cannot be kept as they must: the portal runs without seals then, and says why.
    """
    var_dir = names.from_process().value(names.VAR_DIR)
    try:
        with trusted() as trust:
            stamp = var_dir / "certificates-site.stamp"
            signed = [hashlib.sha256(file.read_bytes()).hexdigest() for file in trust.documents.values()]
            value = stamps.digest(files=_sources(), words=[*trust.roots, *signed])
            if not stamps.matches(stamp=stamp, value=value) or not (var_dir / "certificates-site").is_dir():
                build(var_dir=var_dir, trust=trust)
                stamps.write(stamp=stamp, value=value)
    except _NoKeys:
        return


def build(*, var_dir: Path, trust: Trust) -> None:
    """Build the site below a folder; with documents, the one file for USB keys too."""
    if not trust.roots:
        raise Refusal(
            "The certificates site needs a root to trust: set one up with bin/entraide-cert (docs/operate/seals.md)."
        )
    documents = {name.removesuffix(".cose").upper(): str(file.resolve()) for name, file in trust.documents.items()}
    assets.npm_run(
        "certificates-site",
        saying="Building the certificates site",
        ROOTS=",".join(trust.roots),
        VAR_DIR=str(var_dir),
        VERSION=_version(),
        **documents,
    )


def _version() -> str:
    """Return the project's version, which the pages show beside their hash."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


@contextmanager
def trusted() -> Iterator[Trust]:
    """Yield the roots of this machine and what they signed, in files for as long; in development a root is made."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 (our own module)
            [PYTHON, "-m", "config.seal_roots", folder],
            env=portal.variables_of(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise _NoKeys(done.stderr.strip())
        files = {file.name: file for file in sorted(Path(folder).glob("*.cose"))}
        yield Trust(done.stdout.split(), files if len(files) == 2 else {})


class _NoKeys(Refusal):
    """The keys cannot be kept as they must."""


def _sources() -> Iterable[Path]:
    return [*OTHERS, *sorted(file for file in SOURCES.rglob("*") if file.is_file())]


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
