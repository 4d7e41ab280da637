"""Makes the foundation's jobs known to the worker."""

from entraide.foundation.mail import send_mail

__all__ = ["send_mail"]
