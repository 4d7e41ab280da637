"""Whose pictures somebody is sent: those of a few, so that neither lines nor servers carry what nobody looks at."""

from collections.abc import Collection, Sequence

from entraide.meetings.rules.overload import Limits


def pictures_for(
    viewer: str, *, senders: Sequence[str], screens: Collection[str], spoken: Sequence[str], limits: Limits
) -> tuple[str, ...]:
    """Return whose pictures a viewer is sent: screens, then whoever spoke last, then whoever came first.

    `senders` are those who send a picture, in the order in which they came; `screens` those of them who share a screen;
    `spoken` everybody who has spoken, the latest first. A screen is no face that one may do without: all are sent.
    """
    shared = [each for each in senders if each in screens and each != viewer]
    faces = {each for each in senders if each not in screens and each != viewer}
    heard = [each for each in spoken if each in faces]
    silent = [each for each in senders if each in faces and each not in heard] if limits.silent_have_video else []
    return (*shared, *[*heard, *silent][: limits.last_n])
