"""What other apps may use of the journal."""

from entraide.journal.actions import Deed, record, record_all
from entraide.journal.queries import AS_WRITTEN, NEWEST_FIRST, everything, latest, of_thing

__all__ = ["AS_WRITTEN", "NEWEST_FIRST", "Deed", "everything", "latest", "of_thing", "record", "record_all"]
