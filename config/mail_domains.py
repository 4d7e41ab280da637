"""The operator's word about mail domains, read the same way by the intake and by the pages. Django-free."""

from config import environment as names
from entraide.foundation.env import Environment
from entraide.guard.rules.mail_domains import DisposableMail, MailDomains, names_of


def read_from(environment: Environment) -> MailDomains:
    """Return what the settings say."""
    return MailDomains(
        disposable_mail=DisposableMail(environment.value(names.DISPOSABLE_MAIL)),
        also_disposable=names_of(environment.value(names.DISPOSABLE_DOMAINS)),
        never_disposable=names_of(environment.value(names.TRUSTED_MAIL_DOMAINS)),
    )
