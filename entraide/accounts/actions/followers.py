"""Telling the apps above, which accounts may not import, that a person or an organisation changed."""

from uuid import UUID

from django.conf import settings

from entraide.foundation import jobs


def tell_followers(*, kind: str, thing_id: UUID, state: str) -> None:
    """Defer, in the current transaction, each job that settings.FOLLOWERS names for this kind of thing.

    The job gets `thing_id` and `state` as text.
    """
    for name in settings.FOLLOWERS[kind]:
        jobs.defer(name, thing_id=str(thing_id), state=state)
