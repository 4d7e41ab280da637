"""What other apps may use of the journal."""

from entraide.journal.actions import Deed, record, record_all
from entraide.journal.queries import latest, of_thing

__all__ = ["Deed", "latest", "of_thing", "record", "record_all"]
