"""The certificates' site as the benchmarks visit it: built for roots of its own, with the one file, and served."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import node
from bench.report import ROOT
from bin.steps import certificates_site
from bin.steps.certificates_site import Trust
from config import environment as names


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Yield the address of the site in a folder while it is served. One visitor must not meet the limit of seals."""
    _build(folder)
    with node.server(
        target="config.certificates_site:application", interface="asgi", MODE="development", VAR_DIR=str(folder),
        SEALS_PER_NETWORK="10000000", LOG_LEVEL="error",
    ) as server:  # fmt: skip
        # Chromium gives a page of another address than this one no worker.
        yield f"http://localhost:{server.port}"


def _build(folder: Path) -> None:
    signed = folder / "signed"
    signed.mkdir()
    roots = subprocess.run(
        [sys.executable, "-m", "config.seal_roots", str(signed)],
        cwd=ROOT,
        env={**os.environ, names.MODE.name: "development", names.VAR_DIR.name: str(folder)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    certificates_site.build(var_dir=folder, trust=Trust(roots, {file.name: file for file in signed.glob("*.cose")}))
