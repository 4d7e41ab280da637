"""What other apps may use of the line."""

from entraide.waiting.actions import follow_crisis, note_lag, set_bound, set_paused
from entraide.waiting.queries import LineState, line_state

__all__ = ["LineState", "follow_crisis", "line_state", "note_lag", "set_bound", "set_paused"]
