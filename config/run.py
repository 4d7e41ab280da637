"""Runs one process of a deployment in the place of this one: `bin/manage run web`, and so on.

`bin/serve` runs the same servers with the same options, in one process and with a database of its own.
"""

import argparse
import logging
import os
import shutil
import sys
from collections.abc import Sequence
from typing import NoReturn

from config import accounts_settings, seal_keys
from config import environment as names
from entraide.foundation import claims, logs, open_files
from entraide.foundation.env import Environment, Setting, SettingError

logger = logging.getLogger(__name__)
# Granian counts connections, also those that say nothing: few would shut everyone out. What waits for an answer is
# bounded by the lanes.
CONNECTIONS = 20_000
# What Granian itself says, in the form of our own lines.
JSON_LOGS = ["--log-config", str(names.ROOT / "config" / "server_logs.json")]
# A connection is an open file; the database, the logs and the code need some too.
OPEN_FILES = CONNECTIONS + 1_000
WORKER = [sys.executable, "-m", "config.worker"]
INDEXER = [sys.executable, "-m", "config.indexer"]


class Obstacle(Exception):
    """Something is in the way. The message is one line that says what to do."""


def server(application: str, *, interface: str, host: str, port: int, takes_websockets: bool = False) -> list[str]:
    """Return the command of a server of ours; `interface` is "asgi", "rsgi" or "wsgi".

    HTTP/1 alone, which is what edges speak to us: a server that waits to see which version comes waits for ever, while
    the time to send a head runs from the first moment of a connection that can only be HTTP/1.
    """
    return [
        *in_turns(), sys.executable, "-m", "granian", "--interface", interface, "--host", host, "--port", str(port),
        "--workers", "1", "--workers-kill-timeout", "30", "--http", "1", "--http1-header-read-timeout", "10000",
        "--backlog", "4096", "--backpressure", str(CONNECTIONS), "--ws" if takes_websockets else "--no-ws",
        "--log-level", "warning", application,
    ]  # fmt: skip


def in_turns() -> list[str]:
    """Return what begins the command of a server, so that one of its threads never interrupts another.

    Granian reads and writes in one thread, Python answers in another, and each wakes the other for every request. Linux
    gives the processor to whoever is woken, except under this policy. It halves the time in the system of a sign-up.
    """
    chrt = shutil.which("chrt") if sys.platform.startswith("linux") else None
    return [chrt, "--batch", "0"] if chrt else []


def web(environment: Environment) -> list[str]:
    """Return the command of the pages and the HTTP API."""
    host, port = _free_port(environment, names.PORT)
    threads = environment.value(names.DATABASE_CONNECTIONS)
    command = server("config.web:application", interface="wsgi", host=host, port=port)
    return [*command, "--blocking-threads", str(threads), *_logs(environment)]


def intake(environment: Environment) -> list[str]:
    """Return the command of the sign-ups."""
    host, port = _free_port(environment, names.INTAKE_PORT)
    return [*server("config.intake:application", interface="asgi", host=host, port=port), *_logs(environment)]


def signalling(environment: Environment) -> list[str]:
    """Return the command of the gateway of meetings."""
    host, port = _free_port(environment, names.SIGNALLING_PORT)
    command = server(
        "config.signalling:application", interface="asgi", host=host, port=port, takes_websockets=True
    )  # fmt: skip
    return [*command, *_logs(environment)]


def seals(environment: Environment) -> list[str]:
    """Return the command of the seals. Raises Obstacle when their keys cannot be kept as they must."""
    host, port = _free_port(environment, names.SEALS_PORT)
    try:
        seal_keys.opened(environment)
    except seal_keys.UNUSABLE as error:
        raise Obstacle(str(error)) from error
    return [*server("config.seals:served", interface="rsgi", host=host, port=port), *_logs(environment)]


def worker(environment: Environment) -> list[str]:
    """Return the command of what is done behind the pages."""
    return WORKER


def indexer(environment: Environment) -> list[str]:
    """Return the command of what keeps this node's search index; one a node."""
    return INDEXER


SENDS_MAIL = ("web", "worker")
PROCESSES = {program.__name__: program for program in (web, intake, signalling, worker, indexer, seals)}


def command_of(name: str, environment: Environment) -> list[str]:
    """Return the command of a process. Raises Obstacle or SettingError."""
    if name != seals.__name__ and not environment.value(names.DATABASE_URL):
        raise Obstacle("DATABASE_URL: a process of a deployment needs the address of its PostgreSQL")
    if environment.value(names.MODE) == "production":
        # A bad value is told here, in one line, before a server starts that would tell it in forty.
        for setting in names.SEALS_SETTINGS if name == seals.__name__ else names.SETTINGS:
            environment.value(setting)
        if name != seals.__name__:
            accounts_settings.providers(environment.value(names.OIDC_PROVIDERS))
        if name in SENDS_MAIL:
            names.require_mail(environment)
    return PROCESSES[name](environment)


def _logs(environment: Environment) -> list[str]:
    return JSON_LOGS if environment.value(names.MODE) == "production" else []


def _free_port(environment: Environment, setting: Setting[int]) -> tuple[str, int]:
    host, port = environment.value(names.HOST), environment.value(setting)
    try:
        free = claims.port_is_free(host=host, port=port)
    except OSError as error:
        raise Obstacle(f"{setting.name}: cannot listen on {host} port {port}: {error.strerror}") from error
    if not free:
        raise Obstacle(f"{setting.name}: port {port} of {host} is taken by another program")
    return host, port


def main(arguments: Sequence[str]) -> NoReturn:
    """Become the process that is asked for, or end this one with what is in the way."""
    parser = argparse.ArgumentParser(prog="bin/manage run", description="Run one process of a deployment.")
    parser.add_argument("process", choices=PROCESSES)
    name = parser.parse_args(arguments).process
    environment = names.from_process()
    try:
        command = command_of(name, environment)
    except (Obstacle, SettingError) as error:
        sys.exit(str(error))
    allowed = open_files.raise_limit(wanted=OPEN_FILES)
    if allowed < OPEN_FILES and name != worker.__name__:
        logs.configure(level=environment.value(names.LOG_LEVEL), as_json=environment.value(names.MODE) == "production")
        logger.warning("only %s connections and files may be open: let %s (LimitNOFILE)", allowed, OPEN_FILES)
    os.execv(command[0], command)  # noqa: S606 (our own interpreter)
