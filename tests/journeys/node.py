"""A whole node for the journeys: a database of its own, loaded with the demo, a server, a worker and an indexer."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from config import run

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
CODE = re.compile(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", re.MULTILINE)
Found = TypeVar("Found")


class NeverCame(AssertionError):
    """What the journey waited for did not come."""


def wait_for(what: str, look: Callable[[], Found | None]) -> Found:
    """Look again and again until something is there; raise NeverCame when it does not come within a minute."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise NeverCame(what)


@dataclass(frozen=True, slots=True)
class Node:
    """A running node: its address and the folder of its files."""

    url: str
    var_dir: Path
    environment: dict[str, str] = field(repr=False)

    def mails(self, *, to: str) -> list[EmailMessage]:
        """Return the mails that an address got, the newest first."""
        files = sorted((self.var_dir / "mail").glob("*.eml"), reverse=True)
        read = [message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default) for file in files]
        return [message for message in read if to in str(message["to"])]

    def next_mail(self, *, to: str, seen: int, containing: str = "") -> str:
        """Wait until an address has more than `seen` mails, one of the new ones with a text; return its text."""

        def look() -> str | None:
            fresh = self.mails(to=to)
            texts = [_text(message) for message in fresh[: len(fresh) - seen]]
            return next((text for text in texts if containing in text), None)

        return wait_for(f"a mail to {to} containing {containing!r}", look)

    def code_for(self, *, to: str, seen: int) -> str:
        """Wait for a sign-in code and return it."""

        def look() -> str | None:
            fresh = self.mails(to=to)
            texts = [_text(message) for message in fresh[: len(fresh) - seen]]
            return next((match.group(1) for text in texts if (match := CODE.search(text))), None)

        return wait_for(f"a sign-in code for {to}", look)


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


@contextmanager
def running(*, database_url: str, var_dir: Path) -> Iterator[Node]:
    """Load a database with the demo, run server, worker and indexer on it, stop both at the end."""
    port = free_port()
    environment = {
        **os.environ,
        "MODE": "development",
        "DATABASE_URL": database_url,
        "VAR_DIR": str(var_dir),
        "PUBLIC_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "warning",
        # A proof of work is asked for certain of one kind of address; it is light here, and patience short.
        "DISPOSABLE_MAIL": "proof",
        "PROOF_COST": "1",
        "PROOF_PATIENCE": "2",
        "PYTHONPATH": str(ROOT),
    }
    (var_dir / "assets").symlink_to(ROOT / "var" / "assets")
    for command in ("migrate", "load_territories", "load_templates", "load_demo", "collectstatic"):
        options = ["--no-input"] if command in {"migrate", "collectstatic"} else []
        _run([sys.executable, "-m", "django", command, "-v", "0", *options], environment)
    server = run.server("config.asgi:application", interface="asgi", host="127.0.0.1", port=port, takes_websockets=True)
    log = (var_dir / "processes.log").open("wb")
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        for command in (server, run.WORKER, run.INDEXER)
    ]
    try:
        wait_for("the server to answer", lambda: _answers(f"http://127.0.0.1:{port}/readyz"))
        wait_for("the search index", lambda: (var_dir / "search" / "current").exists())
        yield Node(url=f"http://localhost:{port}", var_dir=var_dir, environment=environment)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            # Longer than a server is given to end what goes on.
            process.wait(timeout=PATIENCE_SECONDS)
        log.close()


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NeverCame(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
