"""Why an operator lets nobody in, or people in again: words of a list, since the journal keeps no text of a person."""

from enum import StrEnum


class Reason(StrEnum):
    """Why the line was paused or goes on."""

    BROKEN = "broken"
    MAIL = "mail"
    ABUSE = "abuse"
    WORK = "work"
    ENOUGH = "enough"
    REHEARSAL = "rehearsal"
    REPAIRED = "repaired"
    NEEDED = "needed"
    OVER = "over"


TO_PAUSE = (Reason.BROKEN, Reason.MAIL, Reason.ABUSE, Reason.WORK, Reason.ENOUGH, Reason.REHEARSAL)
TO_RESUME = (Reason.REPAIRED, Reason.NEEDED, Reason.OVER)
