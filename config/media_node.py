"""`bin/entraide-node`: runs a media node, which is a Janus of Debian's package and the agent beside it.

The node is made known first, on a machine of the platform: `bin/manage media_node add NAME …` prints its id, and its
secret, which this program takes from MEDIA_NODE_SECRET or the file that MEDIA_NODE_SECRET_FILE names.
"""

import argparse
import os
import sys
import threading
from pathlib import Path
from uuid import UUID

from config import environment as names
from entraide.foundation import logs
from entraide.foundation.env import SettingError
from entraide.foundation.supervisor import GaveUp, Program, Supervisor
from entraide.meetings.agent import SERVER_PATIENCE_SECONDS, Agent, EventsPort, PacketCounter
from entraide.meetings.drivers import janus_server
from entraide.meetings.drivers.janus_rooms import JanusKeys
from entraide.meetings.drivers.janus_server import JanusMissing, JanusPlace

PORTS = {"http": 8188, "ws": 8189, "admin": 7088, "events": 7089}


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit status."""
    options = _parser().parse_args(arguments)
    logs.configure(level="info", as_json=False)
    try:
        secret = names.from_process().value(names.MEDIA_NODE_SECRET)
        if not secret:
            raise SettingError("MEDIA_NODE_SECRET is not set: bin/manage media_node secret NAME prints it.")
        run(options, secret)
    except (SettingError, JanusMissing, GaveUp, OSError) as error:
        _say(str(error))
        return 1
    return 0


def run(options: argparse.Namespace, secret: str) -> None:
    """Run Janus and the agent until asked to stop. Raises JanusMissing, GaveUp."""
    place = JanusPlace(
        options.folder, http_port=options.http_port, ws_port=options.ws_port, admin_port=options.admin_port,
        rtp_ports=(options.rtp_from, options.rtp_to), keys=JanusKeys.of_node(secret), ws_host=options.listen,
        events_port=options.events_port, public_address=options.public_address,
    )  # fmt: skip
    counter = PacketCounter()
    agent = Agent(
        str(options.platform), str(options.node), secret, place.driver(timeout=SERVER_PATIENCE_SECONDS), counter
    )
    # What Janus says of itself is for its log: here stands what the node does.
    into_log = ["sh", "-c", 'exec "$@" >"$0" 2>&1', str(place.folder / janus_server.LOG)]
    command = [*into_log, *janus_server.command(place)]
    janus = Program(name="Janus", command=command, environment=dict(os.environ))
    supervisor = Supervisor([janus], say=_say, tend=_nothing_to_tend)
    supervisor.listen()
    port = EventsPort(counter, port=options.events_port)
    ended = threading.Event()
    watch = threading.Thread(target=agent.run, args=(ended,), daemon=True)
    watch.start()
    try:
        supervisor.run()
    finally:
        ended.set()
        supervisor.stop()
        watch.join(timeout=10)
        port.close()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _nothing_to_tend() -> None:
    """The agent looks by itself, at its own pace."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/entraide-node", description="Run a media node: Janus and its agent.")
    parser.add_argument("--platform", required=True, help="address of the platform, as https://meet.example.org")
    parser.add_argument(
        "--node", type=UUID, required=True, help="the node's id, which bin/manage media_node add prints"
    )
    parser.add_argument("--folder", type=Path, default=Path("var/media-node"), help="where its files are kept")
    parser.add_argument("--listen", default="127.0.0.1", help="address on which gateways reach it (127.0.0.1)")
    parser.add_argument("--public-address", default="", help="address that browsers reach, where it is another")
    for name, number in PORTS.items():
        parser.add_argument(f"--{name}-port", type=int, default=number, help=f"({number})")
    parser.add_argument("--rtp-from", type=int, default=20_000, help="first port of picture and sound (20000)")
    parser.add_argument("--rtp-to", type=int, default=29_999, help="last port of picture and sound (29999)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
