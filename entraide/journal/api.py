"""What other apps may use of the journal."""

from entraide.journal.actions import record
from entraide.journal.queries import latest, of_thing

__all__ = ["latest", "of_thing", "record"]
