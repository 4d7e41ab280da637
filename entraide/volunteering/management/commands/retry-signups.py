"""`bin/manage retry-signups REASON`: drains again the sign-ups that were rejected for a reason since mended."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from entraide.foundation import clock
from entraide.volunteering.actions.drain_signups import take_up_rejected
from entraide.volunteering.queries.inbox import inbox_state


class Command(BaseCommand):
    """Puts rejected sign-ups back into the inbox; without a reason, says which there are."""

    help = "Drain rejected sign-ups again. Without a reason: list the reasons."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the reason."""
        parser.add_argument("reason", nargs="?", help="reason of the rejection, as this command lists it")

    def handle(self, *args: Any, **options: Any) -> None:
        """List the reasons, or take up the rejected."""
        if options["reason"]:
            count = take_up_rejected(reason=options["reason"])
            self.stdout.write(f"{count} sign-ups are in the inbox again; the worker drains them.")
            return
        rejected = inbox_state(now=clock.now()).rejected
        for reason, count in sorted(rejected.items()):
            self.stdout.write(f"{reason}: {count}")
        if not rejected:
            self.stdout.write("No sign-up is rejected.")
