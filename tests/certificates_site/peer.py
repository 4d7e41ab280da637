"""The site's reading of the format as a process: a question a line, an answer a line (its tests/peer.ts)."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent.parent


class Peer:
    """The process while it runs."""

    def __init__(self, script: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=30)

    def ask(self, **question: Any) -> dict[str, Any]:
        """Return the answer to a question."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def running(folder: Path) -> Iterator[Peer]:
    """Bundle the peer into a folder and run it."""
    script = folder / "peer.mjs"
    subprocess.run(
        [
            "node_modules/.bin/esbuild", "certificates-site/tests/peer.ts", "--bundle", "--platform=node",
            "--format=esm", f"--outfile={script}", "--log-level=error",
        ],
        cwd=ROOT, check=True,
    )  # fmt: skip
    with Peer(script) as peer:
        yield peer
