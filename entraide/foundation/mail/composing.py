"""Mails that are made when their turn comes: what waits is a few ids, and the rows say then to whom and what to write.

A set of thousands is so queued as fast as it is drained, nothing personal waits, and whoever left meanwhile hears
nothing. A composer is registered where an app's `tasks.py` imports it, as its jobs are.
"""

from collections.abc import Callable, Mapping
from typing import Any

from entraide.foundation.mail.outbox import Mail, Taken, Urgency

Compose = Callable[[Mapping[str, Any]], Mail | None]
COMPOSERS: dict[str, Compose] = {}


def composer(name: str) -> Callable[[Compose], Compose]:
    """Register a function of a mail's context that returns the whole mail, or None when it is no longer wanted."""

    def register(compose: Compose) -> Compose:
        COMPOSERS[name] = compose
        return compose

    return register


def composed(taken: Taken) -> Mail | None:
    """Return the mail to write, which a composer makes if its name stands in the template's place."""
    if compose := COMPOSERS.get(taken.template):
        return compose(taken.context)
    return Mail(
        template=taken.template,
        to=taken.to,
        language=taken.language,
        context=taken.context,
        urgency=Urgency.CODE,
        attachments=taken.attachments,
    )
