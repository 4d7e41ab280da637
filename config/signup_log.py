"""The replicated log of sign-ups as the settings name it, and `bin/manage prepare-signup-log`, which sets it up."""

import asyncio
import sys

from config import environment as names
from entraide.foundation import jetstream
from entraide.foundation.env import Environment
from entraide.volunteering.rules.signup_log import NAME

COMMAND = "prepare-signup-log"


class NotPrepared(Exception):
    """The log could not be set up; the message says why."""


def servers(environment: Environment) -> jetstream.Servers | None:
    """Return the servers, None when sign-ups go into PostgreSQL."""
    addresses = environment.value(names.INTAKE_LOG)
    if not addresses:
        return None
    return jetstream.Servers(
        addresses,
        authority=environment.value(names.INTAKE_LOG_AUTHORITY),
        certificate=environment.value(names.INTAKE_LOG_CERTIFICATE),
        key=environment.value(names.INTAKE_LOG_KEY),
    )


def prepare(environment: Environment) -> list[jetstream.Part]:
    """Make or update the log's streams; nothing without servers. Raises NotPrepared."""
    found = servers(environment)
    if found is None:
        return []
    most_bytes = environment.value(names.INTAKE_LOG_BYTES)
    try:
        return asyncio.run(jetstream.prepare(found, jetstream.Streams(NAME), most_bytes=most_bytes))
    except (jetstream.Away, jetstream.Mismatch) as error:
        raise NotPrepared(f"The log of sign-ups could not be set up: {error}") from error


def main() -> None:
    """Set the log up and say what was done, or end this process with the reason in one line."""
    try:
        parts = prepare(names.from_process())
    except NotPrepared as error:
        sys.exit(str(error))
    if not parts:
        sys.exit("INTAKE_LOG names no servers: sign-ups go into PostgreSQL, and nothing has to be set up.")
    for part in parts:
        sys.stdout.write(
            f"{part.name}: {part.done}; {part.copies} copies, {part.most_bytes:,} bytes on each server at most\n"
        )
