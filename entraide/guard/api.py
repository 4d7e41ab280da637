"""What other apps may use of the guard."""

from entraide.guard.actions import Answer, BadKey, KeyReused, TooMany, check_bounds, count_against, once
from entraide.guard.rules.limits import networks_of
from entraide.guard.rules.mail_domains import MailDomains, domain_of

__all__ = [
    "Answer",
    "BadKey",
    "KeyReused",
    "MailDomains",
    "TooMany",
    "check_bounds",
    "count_against",
    "domain_of",
    "networks_of",
    "once",
]
