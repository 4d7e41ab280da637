"""The tables of volunteering."""

from entraide.volunteering.models.signup import SignUp

__all__ = ["SignUp"]
