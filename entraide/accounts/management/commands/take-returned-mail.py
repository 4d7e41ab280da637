"""`bin/manage take-returned-mail`: a mail server hands it each mail to the sender's address; docs/operate/deploy.md."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from entraide.accounts.actions.people import record_bounce
from entraide.foundation.mail.returned import LONGEST, read

TRY_AGAIN_LATER = 75


class Command(BaseCommand):
    """Reads one mail from standard input and remembers the addresses that it says were not reached."""

    help = "Read one mail from standard input; if it reports that mail of ours came back, remember so."

    def handle(self, *args: Any, **options: Any) -> None:
        """Pass over whatever is no report on mail of ours; ask to be given it again while the database is away."""
        returned = read(sys.stdin.buffer.read(LONGEST + 1))
        try:
            for each in returned:
                record_bounce(address=each.address, reason=each.reason)
        except OperationalError:
            self.stderr.write("The database is away.")
            sys.exit(TRY_AGAIN_LATER)
        self.stdout.write(f"{len(returned)} address(es) not reached.")
