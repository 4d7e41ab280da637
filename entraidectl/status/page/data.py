"""What the page is made of: states of components over time, incidents with their messages. Times are in UTC."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

VERSION = 1
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


# XML, and so the feed, can hold no other control characters than these.
UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
ComponentId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,30}$")]


class State(StrEnum):
    """How a component does, from good to bad."""

    WORKS = "works"
    MAINTENANCE = "maintenance"
    SLOW = "slow"
    PARTLY = "partly"
    DOWN = "down"


class Stage(StrEnum):
    """How far those who mend an incident are."""

    INVESTIGATING = "investigating"
    FOUND = "found"
    WATCHING = "watching"
    OVER = "over"


SEVERITY = {state: place for place, state in enumerate(State)}


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the file. An unknown key in it is a mistake."""


class Said(Part, frozen=True, kw_only=True):
    """A text in both languages."""

    fr: Annotated[str, Meta(min_length=1)]
    en: Annotated[str, Meta(min_length=1)]


class Change(Part, frozen=True, kw_only=True):
    """From a moment on a component was in a state."""

    component: ComponentId
    state: State
    at: datetime


class Message(Part, frozen=True, kw_only=True):
    """What was told of an incident, and how far things were."""

    at: datetime
    stage: Stage
    text: Said


class Incident(Part, frozen=True, kw_only=True):
    """Something that went wrong, or that is announced; the oldest message first."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,80}$")]
    title: Said
    components: tuple[ComponentId, ...]
    messages: Annotated[tuple[Message, ...], Meta(min_length=1)]

    @property
    def began_at(self) -> datetime:
        """Return when it was told first."""
        return self.messages[0].at

    @property
    def stage(self) -> Stage:
        """Return how far things are."""
        return self.messages[-1].stage

    @property
    def is_over(self) -> bool:
        """Tell whether it is."""
        return self.stage is Stage.OVER

    @property
    def told_at(self) -> datetime:
        """Return when something was told of it last; of one that is over, when it ended."""
        return self.messages[-1].at


class Data(Part, frozen=True, kw_only=True):
    """The file: its format's version, how often it was changed, and all that was ever told."""

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)] = VERSION
    revision: Annotated[int, Meta(ge=0)] = 0
    changes: tuple[Change, ...] = ()
    incidents: tuple[Incident, ...] = ()

    def state_of(self, component: str) -> State:
        """Return how a component does now. One of which nothing was told works."""
        return next((each.state for each in reversed(self.changes) if each.component == component), State.WORKS)

    @property
    def open_incidents(self) -> tuple[Incident, ...]:
        """Return what is not over, the latest first."""
        return tuple(each for each in reversed(self.incidents) if not each.is_over)

    @property
    def told_at(self) -> datetime | None:
        """Return when something was told last."""
        moments = [each.at for each in self.changes] + [each.told_at for each in self.incidents]
        return max(moments, default=None)


def worst(states: list[State]) -> State:
    """Return the worst of some states."""
    return max(states, key=SEVERITY.__getitem__, default=State.WORKS)


def written(moment: datetime) -> str:
    """Return a moment as programs read it."""
    return moment.astimezone(UTC).strftime(MOMENT)
