"""When a certificate serves, from what it declares and the rules of its form. Pure."""

from enum import StrEnum

from entraide.certificates.declaration import Declaration
from entraide.certificates.forms.model import Form


class Place(StrEnum):
    """Where a moment lies."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


def window_of(declared: Declaration, form: Form) -> tuple[int, int]:
    """Return from when on and until before when a certificate serves, in seconds since 1970.

    Of several reasons the one that serves longest counts. A time in a field ends the window, but never makes it longer.
    """
    begins = declared.leaving_at - form.window.early_minutes * 60
    reasons = [reason for code in declared.reasons if (reason := form.reason(code))]
    minutes = [
        form.window.lasts_minutes if reason.lasts_minutes is None else reason.lasts_minutes for reason in reasons
    ]
    ends = declared.leaving_at + max(minutes, default=form.window.lasts_minutes) * 60
    until = declared.values.get(form.window.until_key) if form.window.until_key is not None else None
    return begins, min(ends, until) if isinstance(until, int) else ends


def place_in_window(declared: Declaration, form: Form, *, now: int) -> Place:
    """Tell where a moment lies."""
    begins, ends = window_of(declared, form)
    if now < begins:
        return Place.BEFORE
    return Place.INSIDE if now < ends else Place.AFTER
