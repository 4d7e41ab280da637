"""What other apps may use of the line."""

from entraide.waiting.actions import follow_crisis, note_lag, set_bound, set_paused
from entraide.waiting.queries import LineState, count_to_tell, line_state
from entraide.waiting.rules.reasons import TO_PAUSE, TO_RESUME, Reason

__all__ = [
    "TO_PAUSE",
    "TO_RESUME",
    "LineState",
    "Reason",
    "count_to_tell",
    "follow_crisis",
    "line_state",
    "note_lag",
    "set_bound",
    "set_paused",
]
