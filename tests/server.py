"""A real web process on the database of the tests, for what must cross HTTP and commit."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.db import connection

from config import run
from tests.journeys.node import PATIENCE_SECONDS, free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


def address_of(database: dict[str, Any]) -> str:
    """Return a database of Django's settings as an address."""
    place = {"user": database["USER"], "password": database["PASSWORD"]}
    place |= {"host": database["HOST"], "port": str(database["PORT"])}
    return f"postgresql:///{database['NAME']}?" + "&".join(f"{key}={value}" for key, value in place.items() if value)


@contextmanager
def web_server(*, database_url: str, threads: int = 8, **variables: str) -> Iterator[str]:
    """Run one web process, with these variables besides, and yield its address; stop it at the end."""
    port = free_port()
    command = run.server("config.web:application", interface="wsgi", host=HOST, port=port)
    command += ["--blocking-threads", str(threads)]
    with _running(command, port, DATABASE_URL=database_url, DATABASE_CONNECTIONS=str(threads), **variables) as address:
        yield address


@contextmanager
def portal_server(*, database_url: str, **variables: str) -> Iterator[str]:
    """Run pages and sign-ups on one port, as bin/serve does, and yield the address; stop it at the end."""
    port = free_port()
    command = run.server("config.asgi:application", interface="asgi", host=HOST, port=port, takes_websockets=True)
    with _running(command, port, DATABASE_URL=database_url, **variables) as address:
        yield address


def let_servers_give_way() -> None:
    """Have a server that still writes, and not the test that empties the tables, be who is stopped where both wait.

    PostgreSQL stops whoever first looks why they wait, as only its superuser may put off.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('deadlock_timeout', '1min', false) WHERE current_setting('is_superuser') = 'on'"
        )


def folder_of_pages(folder: Path) -> Path:
    """Make a folder that of a node, with the static files of its pages in it; return it."""
    (folder / "assets").symlink_to(ROOT / "var" / "assets")
    command = [sys.executable, "-m", "config.manage", "collectstatic", "--no-input", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "VAR_DIR": str(folder)}, check=True, timeout=120)
    return folder


@contextmanager
def _running(command: list[str], port: int, **variables: str) -> Iterator[str]:
    environment = {**os.environ, "MODE": "development", "PYTHONPATH": str(ROOT), **variables}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://{HOST}:{port}"
    try:
        wait_for("the web process to answer", lambda: _answers(address))
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        # Longer than a server is given to end what goes on.
        process.wait(timeout=PATIENCE_SECONDS)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
