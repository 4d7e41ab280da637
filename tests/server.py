"""A real web process on the database of the tests, for what must cross HTTP and commit."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.node import wait_for

ROOT = Path(__file__).resolve().parent.parent


def address_of(database: dict[str, Any]) -> str:
    """Return a database of Django's settings as an address."""
    place = {"user": database["USER"], "password": database["PASSWORD"]}
    place |= {"host": database["HOST"], "port": str(database["PORT"])}
    return f"postgresql:///{database['NAME']}?" + "&".join(f"{key}={value}" for key, value in place.items() if value)


@contextmanager
def web_server(*, database_url: str, threads: int = 8, **variables: str) -> Iterator[str]:
    """Run one web process, with these variables besides, and yield its address; stop it at the end."""
    options = ["--interface", "wsgi", "--no-ws", "--blocking-threads", str(threads), "config.web:application"]
    with _server(options, DATABASE_URL=database_url, DATABASE_CONNECTIONS=str(threads), **variables) as address:
        yield address


@contextmanager
def portal_server(*, database_url: str, **variables: str) -> Iterator[str]:
    """Run pages and sign-ups on one port, as bin/serve does, and yield the address; stop it at the end."""
    options = ["--interface", "asgi", "--ws", "config.asgi:application"]
    with _server(options, DATABASE_URL=database_url, **variables) as address:
        yield address


def folder_of_pages(folder: Path) -> Path:
    """Make a folder that of a node, with the static files of its pages in it; return it."""
    (folder / "assets").symlink_to(ROOT / "var" / "assets")
    command = [sys.executable, "-m", "config.manage", "collectstatic", "--no-input", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "VAR_DIR": str(folder)}, check=True, timeout=120)
    return folder


@contextmanager
def _server(options: list[str], **variables: str) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    command = [
        sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--log-level", "error", *options,
    ]  # fmt: skip
    environment = {**os.environ, "MODE": "development", "PYTHONPATH": str(ROOT), **variables}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for("the web process to answer", lambda: _answers(address))
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
