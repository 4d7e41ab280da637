"""`manage load_demo`: loads the demonstration and says how to sign in; running it again adds what time has used up."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from entraide.foundation import clock
from entraide.pages.demo import story
from entraide.pages.demo.accounts import demo_accounts


class Command(BaseCommand):
    """Prints the accounts as lines to read, or as JSON."""

    help = "Load invented organisations, missions and volunteers, and print how to sign in. Refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --force and --json."""
        parser.add_argument("--force", action="store_true", help="load it in production all the same")
        parser.add_argument("--json", action="store_true", help="print the accounts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then print."""
        if settings.PRODUCTION and not options["force"]:
            raise CommandError("In production people would read invented missions. --force loads them all the same.")
        loaded = story.tell(now=clock.now())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in demo_accounts()], ensure_ascii=False, indent=1))
            return
        if options["verbosity"] > 1:
            self.stdout.write(
                f"Added {loaded.missions} missions, {loaded.slots} slots, {loaded.participations} participations."
            )
        for each in demo_accounts():
            self.stdout.write(f"{each.title:22} {each.address:42} {each.shows}")
