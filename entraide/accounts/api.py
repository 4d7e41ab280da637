"""What other apps may use of accounts."""

from entraide.accounts.permissions import Acting

__all__ = ["Acting"]
