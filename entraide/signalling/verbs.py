"""What somebody in a room may do there, each asked of their role first; what changes tables is asked of the web."""

from msgspec.structs import replace

from entraide.meetings.rules.roles import Capability, Verb, capabilities_of, may, may_act_on
from entraide.meetings.rules.seats import Call
from entraide.signalling import measures, protocol
from entraide.signalling.protocol import Message, Moderation, Show
from entraide.signalling.rooms import Person, Room
from entraide.signalling.ways import Ways
from entraide.signalling.web import Away, Refused, Web

# What each moderation is by its role's verb: a denial is the other half of admitting.
_VERBS: dict[type[Moderation], Verb] = {
    protocol.Admit: Verb.ADMIT, protocol.Deny: Verb.ADMIT, protocol.AdmitAll: Verb.ADMIT, protocol.Kick: Verb.KICK,
    protocol.Ban: Verb.BAN, protocol.Lock: Verb.LOCK, protocol.End: Verb.END,
}  # fmt: skip


class Over(Exception):
    """Somebody leaves of their own accord."""


async def do(message: Message, *, room: Room, person: Person, web: Web, ways: Ways) -> None:
    """Do what somebody asks for, or tell them why not. Raises Over."""
    verb = type(message).__struct_config__.tag
    try:
        await _do(message, room, person, web, ways)
    except Refused as refused:
        measures.verbs.labels(verb, "refused").inc()
        _tell(person, {"is": "refused", "why": refused.code, "verb": verb})
    except Away:
        measures.verbs.labels(verb, "away").inc()
        _tell(person, {"is": "refused", "why": "away", "verb": verb})
    else:
        measures.verbs.labels(verb, "done").inc()


async def _do(message: Message, room: Room, person: Person, web: Web, ways: Ways) -> None:
    match message:
        case protocol.Signal(to=to, data=data):
            _signal(room, person, to, data)
        case Show():
            await _show(room, person, message, ways)
        case protocol.Say():
            _say(room, person, message)
        case protocol.Sealed():
            _pass_sealed(room, person, message)
        case protocol.Mute():
            await _mute(room, person, message, ways)
        case protocol.Ping():
            _tell(person, {"is": "pong"})
        case protocol.Pong():
            pass  # That it came is all there is to it.
        case protocol.Leave():
            raise Over
        case protocol.Join() | protocol.ComeBack():
            raise Refused("seated")
        case protocol.OfMedia():
            await ways.do(message, room=room, person=person)
        case _:
            await _moderate(message, room, person, web)


def _signal(room: Room, person: Person, to: str, data: dict[str, object]) -> None:
    other = room.other_of_pair(person, to)
    if other is None:
        raise Refused("no-pair")
    _tell(other, {"is": "signal", "from": person.id, "data": data})


async def _show(room: Room, person: Person, shown: Show, ways: Ways) -> None:
    may_send = capabilities_of(person.role)
    person.shown = Show(
        audio=shown.audio and Capability.AUDIO in may_send, video=shown.video and Capability.VIDEO in may_send,
        screen=shown.screen and Capability.SCREEN in may_send, hand=shown.hand,
    )  # fmt: skip
    await ways.pass_on(person, room=room)
    room.tell_others(person, {"is": "person", "person": person.told()})


def _say(room: Room, person: Person, asked: protocol.Say) -> None:
    if Capability.DATA not in capabilities_of(person.role):
        raise Refused("not-allowed")
    if room.where.is_e2ee:
        # A page that forgets to encrypt what is written must not be helped to pass it on.
        raise Refused("encrypted")
    if text := protocol.plain(asked.text):
        room.tell_all({"is": "said", "from": person.id, "name": person.name, "text": text, "where": asked.where})


def _pass_sealed(room: Room, person: Person, sealed: protocol.Sealed) -> None:
    if not room.where.is_e2ee:
        raise Refused("not-encrypted")
    if sealed.what == "said" and Capability.DATA not in capabilities_of(person.role):
        raise Refused("not-allowed")
    for other_id, data in sealed.to.items():
        # Who has left in the meantime needs it no more.
        if (other := room.people.get(other_id)) and other is not person:
            _tell(other, {"is": "sealed", "what": sealed.what, "from": person.id, "data": data})


async def _mute(room: Room, person: Person, asked: protocol.Mute, ways: Ways) -> None:
    """Silence somebody, or stop their camera: over a server at once, between two browsers when their page does it."""
    target = room.people.get(asked.who)
    if target is None:
        raise Refused("gone")
    if not may_act_on(person.role, target.role, Verb.MUTE):
        raise Refused("not-allowed")
    target.shown = replace(target.shown, **{asked.media: False})
    await ways.pass_on(target, room=room)
    _tell(target, {"is": "mute", "by": person.name, "media": asked.media})
    room.tell_others(target, {"is": "person", "person": target.told()})


async def _moderate(message: Moderation, room: Room, person: Person, web: Web) -> None:
    verb = _VERBS[type(message)]
    target = getattr(message, "who", None)
    seated = room.people.get(target) if target else None
    if not (may_act_on(person.role, seated.role, verb) if seated else may(person.role, verb)):
        raise Refused("not-allowed")
    asked = {"by": person.id, "verb": type(message).__struct_config__.tag}
    if target:
        asked["target"] = target
    await web.ask(Call.ACT, **asked, locked=isinstance(message, protocol.Lock) and message.locked)


def _tell(person: Person, answer: dict[str, object]) -> None:
    if person.tell:
        person.tell(answer)
