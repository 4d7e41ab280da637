"""Loads communes, postcodes, départements, régions and EPCI from the table in the repository."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from entraide.foundation import clock
from entraide.territories import loading


class Command(BaseCommand):
    """Does nothing when the database holds this edition already."""

    help = "Load communes, postcodes, départements, régions and EPCI; does nothing when they are loaded already."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what was done."""
        began = time.monotonic()
        if loading.load(now=clock.now()):
            self.stdout.write(f"Territories loaded in {time.monotonic() - began:.1f} s.")
        else:
            self.stdout.write("Territories are up to date.")
