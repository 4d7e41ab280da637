"""`bin/manage reconcile-signups FILE`: proves from a receipts file that nothing acknowledged was lost."""

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from entraide.volunteering.queries.reconciling import NotReceipts, Reconciliation, reconcile


class Command(BaseCommand):
    """Says what became of every request of a load generator; fails unless each acknowledgement is one person."""

    help = "Prove from a receipts file that every acknowledged sign-up is exactly one person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="a receipts file, as docs/reference/receipts-file.md describes it")
        parser.add_argument("--json", action="store_true", help="tell it as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file, tell what was found."""
        try:
            with options["file"].open("rb") as opened:
                found = reconcile(opened)
        except (OSError, NotReceipts) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        if options["json"]:
            self.stdout.write(msgspec.json.encode({**msgspec.to_builtins(found), "proven": found.is_proven}).decode())
        else:
            self._tell(found)
        if not found.is_proven:
            raise CommandError("Not every acknowledged sign-up is exactly one person.", returncode=1)

    def _tell(self, found: Reconciliation) -> None:
        for verdict, count in sorted(found.verdicts.items()):
            keys = ", ".join(found.examples.get(verdict, ()))
            self.stdout.write(f"{count:>10,} acknowledged: {verdict}{f' ({keys})' if keys else ''}")
        self.stdout.write(f"{found.retried:>10,} acknowledged again, with the receipt given before")
        self.stdout.write(f"{found.refused:>10,} refused")
        self.stdout.write(f"{found.unanswered:>10,} without an answer: taken or not")
