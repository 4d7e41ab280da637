"""Runs one step program: `python bin/steps/__main__.py serve …`. The scripts of bin/ call this."""

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[0] = str(ROOT)

from bin.steps import (  # noqa: E402 (the path above must come first)
    assets,
    certificates_site,
    checks,
    chosen,
    debian,
    makers,
    packages,
    peers,
    portal,
)
from bin.steps.terminal import Refusal, refuse  # noqa: E402
from config import environment as names  # noqa: E402
from entraide.foundation.env import SettingError  # noqa: E402


def serve(arguments: list[str]) -> int:
    """Set up what is missing, then run the portal."""
    if "--help" not in arguments and "-h" not in arguments:
        portal.check_port()
    portal.ensure(lock="run")
    certificates_site.ensure()
    if "meetings" in arguments:
        debian.ensure(debian.JANUS)
    return portal.become("-m", "config.serve", *arguments)


def manage(arguments: list[str]) -> int:
    """Run one of Django's management commands; `prepare` also sets up what a node needs besides its database."""
    if arguments == ["prepare"]:
        portal.ensure(lock="run")
    else:
        packages.ensure(lock="run")
    if arguments == ["run", "seals"] and names.from_process().value(names.SEALS_TOKEN_MODULE):
        packages.ensure(lock="pkcs11")
    return portal.become("-m", "config.manage", *arguments)


def dump(arguments: list[str]) -> int:
    """Copy the embedded database to a file, to a server, or to the PostgreSQL of today."""
    packages.ensure(lock="run")
    return portal.become("-m", "config.dump", *arguments)


def test(arguments: list[str]) -> int:
    """Set up what the tests need, then run pytest with these arguments."""
    portal.ensure(lock="dev")
    if chosen.wants_browser(arguments):
        debian.ensure(debian.CHROMIUM)
    if chosen.wants_tests_of("certificates", arguments):
        debian.ensure_or_say(debian.SOFTHSM)
        peers.ensure()
    if chosen.wants_tests_of("meetings", arguments):
        for program in (debian.JANUS, debian.COTURN):
            debian.ensure_or_say(program)
    if chosen.wants_tests_of("entraidectl/edge", arguments):
        for program in (debian.NGINX, debian.FAIL2BAN):
            debian.ensure_or_say(program)
    if chosen.wants_tests_of("entraidectl/backups", arguments):
        debian.ensure_or_say(debian.PGBACKREST)
    if chosen.wants_tests_of("entraidectl/status", arguments):
        debian.ensure_or_say(debian.PROMETHEUS)
    return portal.become("-m", "bin.steps.tests", *arguments)


def drills(arguments: list[str]) -> int:
    """Run the tests that bear the marker `drill`, wherever they are: they kill, cut or flood things for minutes."""
    portal.ensure(lock="dev")
    debian.ensure(debian.LIBFAKETIME)
    debian.ensure(debian.CHROMIUM)
    for program in (
        debian.NGINX, debian.KEEPALIVED, debian.FAIL2BAN, debian.JANUS, debian.PGBACKREST, debian.PROMETHEUS,
    ):  # fmt: skip
        debian.ensure_or_say(program)
    return portal.become("-m", "bin.steps.tests", "--drills", *arguments)


def bench(arguments: list[str]) -> int:
    """Measure, and say whether the bounds hold."""
    portal.ensure(lock="dev")
    if "edge" in arguments:
        for program in (debian.NGINX, debian.H2LOAD, debian.VARNISH, debian.HAPROXY):
            debian.ensure(program)
    if "certificates" in arguments:
        debian.ensure(debian.CHROMIUM)
    elif "meetings" in arguments:
        for program in (debian.CHROMIUM, debian.JANUS):
            debian.ensure_or_say(program, without="what needs it is not measured")
    else:
        return portal.become("-m", "bench", *arguments)
    # Pages are measured in a browser.
    return portal.become("-m", "bench", *arguments, **assets.browser_driver())


def ctl(arguments: list[str]) -> int:
    """Run the operator's command line."""
    packages.ensure(lock="run")
    if arguments[:1] == ["load"]:
        packages.ensure(lock="load")
    return portal.become("-m", "entraidectl", *arguments)


def cert(arguments: list[str]) -> int:
    """Run the command line of certificates; keys in a token need packages of their own."""
    packages.ensure(lock="run")
    if any(argument.startswith("--token-module") for argument in arguments):
        packages.ensure(lock="pkcs11")
    return portal.become("-m", "entraide.certificates.command", *arguments)


def node(arguments: list[str]) -> int:
    """Run a media node: Janus and its agent."""
    packages.ensure(lock="run")
    if "--help" not in arguments and "-h" not in arguments:
        debian.ensure(debian.JANUS)
    return portal.become("-m", "config.media_node", *arguments)


def check(arguments: list[str]) -> int:
    """Check the sources."""
    portal.ensure(lock="dev")
    return checks.run_all(arguments)


def build(arguments: list[str]) -> int:
    """Make generated files."""
    return makers.make(arguments[0] if arguments else "", arguments[1:])


PROGRAMS: dict[str, Callable[[list[str]], int]] = {
    program.__name__: program for program in (serve, manage, dump, test, drills, bench, ctl, cert, node, check, build)
}


def main(name: str, *arguments: str) -> int:
    """Run the program of this name; say in one line what stands in its way."""
    try:
        return PROGRAMS[name](list(arguments))
    except (Refusal, OSError) as error:
        refuse(error)
    except SettingError as error:
        refuse(Refusal(str(error)))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
