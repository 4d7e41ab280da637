"""What browsers say to the gateway, one JSON text each, and the words with which it answers.

    {"do": "join", "token": "…"}                    once, first; or {"do": "come_back", "session": "…"}
    {"do": "signal", "to": ID, "data": {…}}         an offer, an answer or a candidate, for the other of a pair
    {"do": "connect", "attempt": 1, "epoch": 2, "description": {…}}     to the media server, offering what one sends
    {"do": "answer", "attempt": 1, "description": {…}}      to what the server offers
    {"do": "trickle", "attempt": 1, "way": "up" | "down", "candidate": {…} | null}
    {"do": "settled", "attempt": 1}                 everything comes this way, 0 for none: others may end
    {"do": "lost", "attempt": 1}                    nothing comes from the server any more
    {"do": "receive", "picture": "best" | "small" | "none"}     how much one wishes to get of pictures
    {"do": "show", "audio": true, …}                what one sends now (audio, video, screen), and one's raised hand
    {"do": "say", "text": "…", "where": "chat" | "caption"}     to all who are in the room
    {"do": "sealed", "what": "keys" | "said", "to": {ID: {…}}}     what only those browsers can open, where all encrypt
    {"do": "mute", "who": ID, "media": "audio" | "video"}   asks somebody's page to stop its microphone or camera
    {"do": "admit" | "deny" | "kick" | "ban", "who": ID}
    {"do": "admit_all"}, {"do": "lock", "locked": true}, {"do": "end"}
    {"do": "ping"}                                  is answered by pong; the gateway's own ping, by {"do": "pong"}
    {"do": "leave"}

Answers have "is" in the place of "do": joined, person, gone, pair, signal, said, sealed, knocking, room, mute, over,
refused, ping, pong; of a media server: published, offer, talking, pictures, media_lost, doubt.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from entraide.meetings.rules.load import MOST_HEADS

# The description of a session with many codecs has some 10 kB.
LONGEST_MESSAGE = 64 * 1024
LONGEST_SAID = 2_000
Id = Annotated[str, Meta(max_length=36)]
Attempt = Annotated[int, Meta(ge=0, le=1_000_000)]
Secret = Annotated[str, Meta(max_length=2_000)]


class Verb(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """Something that a browser says."""


class Join(Verb, frozen=True, tag="join"):
    """Comes in with a token of the door."""

    token: Secret


class ComeBack(Verb, frozen=True, tag="come_back"):
    """Comes back after a cut."""

    session: Secret


class Signal(Verb, frozen=True, tag="signal"):
    """Passes something on to the other of a pair, whose browser alone reads it."""

    to: Id
    data: dict[str, Any]


class Way(StrEnum):
    """To the media server, or from it."""

    UP = "up"
    DOWN = "down"


class Picture(StrEnum):
    """How much somebody wishes to get of the others' pictures."""

    BEST = "best"
    SMALL = "small"
    NONE = "none"


class OfMedia(Verb, frozen=True):
    """Something that is about one's ways to a media server."""


class Connect(OfMedia, frozen=True, tag="connect"):
    """Enters the media server of an epoch, offering what one sends there, if anything. Browsers count attempts."""

    attempt: Attempt
    epoch: int
    description: dict[str, Any] | None = None


class Answered(OfMedia, frozen=True, tag="answer"):
    """Answers what the media server offers."""

    attempt: Attempt
    description: dict[str, Any]


class Trickle(OfMedia, frozen=True, tag="trickle"):
    """Tells the media server an address at which one may be reached, None after the last."""

    attempt: Attempt
    way: Way
    candidate: dict[str, Any] | None


class Receive(OfMedia, frozen=True, tag="receive"):
    """Chooses how much one gets of pictures, to save data."""

    picture: Picture


class Settled(OfMedia, frozen=True, tag="settled"):
    """Tells that everything comes by this attempt, 0 for none: what is left of others is not needed."""

    attempt: Attempt


class Lost(OfMedia, frozen=True, tag="lost"):
    """Tells that nothing comes from the media server any more."""

    attempt: Attempt


class Show(Verb, frozen=True, tag="show"):
    """Tells what one sends now, and whether one's hand is up."""

    audio: bool = False
    video: bool = False
    screen: bool = False
    hand: bool = False


class Say(Verb, frozen=True, tag="say"):
    """Says something in writing: to the chat, or as a caption of what is spoken."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_SAID)]
    where: Literal["chat", "caption"] = "chat"


class Sealed(Verb, frozen=True, tag="sealed"):
    """Passes something on to each of those who are named, whose browser alone can open it: keys, or what one says."""

    what: Literal["keys", "said"]
    to: Annotated[dict[Id, dict[str, Any]], Meta(max_length=MOST_HEADS)]


class Mute(Verb, frozen=True, tag="mute"):
    """Asks somebody's page to stop its microphone, or its camera."""

    who: Id
    media: Literal["audio", "video"] = "audio"


class Admit(Verb, frozen=True, tag="admit"):
    """Lets somebody in who waits at the door."""

    who: Id


class Deny(Verb, frozen=True, tag="deny"):
    """Refuses somebody who waits at the door."""

    who: Id


class Kick(Verb, frozen=True, tag="kick"):
    """Puts somebody out."""

    who: Id


class Ban(Verb, frozen=True, tag="ban"):
    """Puts somebody out for good: the person who is signed in, or this browser. Another browser is somebody new."""

    who: Id


class AdmitAll(Verb, frozen=True, tag="admit_all"):
    """Lets everybody in who waits."""


class Lock(Verb, frozen=True, tag="lock"):
    """Locks the room, or unlocks it."""

    locked: bool


class End(Verb, frozen=True, tag="end"):
    """Ends the meeting for everybody."""


class Ping(Verb, frozen=True, tag="ping"):
    """Asks whether the line still carries."""


class Pong(Verb, frozen=True, tag="pong"):
    """Answers the gateway, which asks the same."""


class Leave(Verb, frozen=True, tag="leave"):
    """Leaves."""


Entrance = Join | ComeBack
Moderation = Admit | Deny | Kick | Ban | AdmitAll | Lock | End
Message = (
    Entrance
    | Moderation
    | Connect
    | Answered
    | Trickle
    | Receive
    | Settled
    | Lost
    | Signal
    | Show
    | Say
    | Sealed
    | Mute
    | Ping
    | Pong
    | Leave
)


class Unreadable(ValueError):
    """A text is no message of this protocol. The message says why, to whoever writes a client."""


_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def read(text: str | bytes) -> Message:
    """Return what a browser says. Raises Unreadable."""
    if len(text) > LONGEST_MESSAGE:
        raise Unreadable(f"longer than {LONGEST_MESSAGE} characters")
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Unreadable(str(error)) from error


def written(answer: dict[str, object]) -> str:
    """Return an answer as it travels."""
    return msgspec.json.encode(answer).decode()


def plain(text: str) -> str:
    """Return what somebody said without what does not print: lines stay, controls and direction marks go."""
    return "".join(each for each in text if each.isprintable() or each == "\n").strip()
