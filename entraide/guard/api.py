"""What other apps may use of the guard."""

from entraide.guard.actions import Answer, BadKey, KeyReused, TooMany, check_bounds, count_against, once

__all__ = ["Answer", "BadKey", "KeyReused", "TooMany", "check_bounds", "count_against", "once"]
