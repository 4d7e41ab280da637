"""Mail: queued with the change that causes it, written when it is sent, sent by the worker at the provider's pace.

Whoever wants a mail sent queues it here. What is queued waits in a table of its own, the outbox, most urgent first;
docs/decisions/0006-mail-outbox.md says why it is not a job.
"""

from entraide.foundation.mail.composing import composer
from entraide.foundation.mail.failed import FailedKind, failed_mail, forget_failed_mail, retry_failed_mail
from entraide.foundation.mail.outbox import Attachment, Mail, Urgency, forget_mail_to, queue_mail, queue_mails
from entraide.foundation.mail.standing import MailStanding, mail_standing
from entraide.foundation.mail.stopping import is_one_click

__all__ = [
    "Attachment",
    "FailedKind",
    "Mail",
    "MailStanding",
    "Urgency",
    "composer",
    "failed_mail",
    "forget_failed_mail",
    "forget_mail_to",
    "is_one_click",
    "mail_standing",
    "queue_mail",
    "queue_mails",
    "retry_failed_mail",
]
