"""What a wish makes of the data, or why it cannot be. Pure: the moment is given."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from entraidectl.status.page.data import UNREADABLE, Change, Data, Incident, Message, Said, Stage, State, written

TITLE_LENGTH = 120
TEXT_LENGTH = 1500
FIRST_WORDS = Said(fr="Nous cherchons la cause.", en="We are looking for the cause.")
MAINTENANCE_WORDS = Said(fr="Une maintenance est en cours.", en="Maintenance is under way.")
LAST_WORDS = Said(fr="C’est terminé. Merci de votre patience.", en="This is over. Thank you for your patience.")


class Refused(Exception):
    """The wish makes no sense. The message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Open:
    """Tell of a new incident."""

    title: Said
    components: tuple[str, ...]
    state: State
    text: Said = FIRST_WORDS
    stage: Stage = Stage.INVESTIGATING


@dataclass(frozen=True, slots=True)
class Update:
    """Tell more of an incident; of the open one when none is named."""

    text: Said
    incident: str = ""
    stage: Stage | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Tell that an incident is over, and that its components work again unless another keeps them."""

    text: Said = LAST_WORDS
    incident: str = ""


@dataclass(frozen=True, slots=True)
class SetState:
    """Say how a component does, without telling of an incident."""

    component: str
    state: State


Wish = Open | Update | Close | SetState


def change(data: Data, wish: Wish, *, known: Sequence[str], now: datetime) -> Data:
    """Return the data after a wish; the same data when nothing changes. `known` are the components. Raises Refused."""
    if data.told_at and now < data.told_at:
        raise Refused(
            f"it is {written(now)} here, and something was told at {written(data.told_at)} already: "
            "put this machine's clock right"
        )
    match wish:
        case Open():
            changed = _opened(data, wish, known, now)
        case Update():
            changed = _updated(data, wish, now)
        case Close():
            changed = _closed(data, wish, now)
        case SetState():
            changed = _with_state(data, _known((wish.component,), known), wish.state, now)
    return data if changed == data else replace(changed, revision=data.revision + 1)


def _opened(data: Data, wish: Open, known: Sequence[str], now: datetime) -> Data:
    if wish.state is State.WORKS:
        raise Refused("an incident in which everything works is none: say --state slow, partly, down or maintenance")
    if wish.stage is Stage.OVER:
        raise Refused("an incident begins before it is over: open it, then close it")
    components = _known(wish.components, known)
    if not components:
        raise Refused(f"an incident is one of something: name --components, of {', '.join(known)}")
    title = _readable(wish.title, length=TITLE_LENGTH, what="title")
    if "\n" in title.fr + title.en:
        raise Refused("a title is one line")
    message = Message(at=now, stage=wish.stage, text=_readable(wish.text, length=TEXT_LENGTH, what="message"))
    name = _free_name(f"{now:%Y-%m-%d}-{_slug(title.fr)}".strip("-"), {each.id for each in data.incidents})
    incident = Incident(id=name, title=title, components=components, messages=(message,))
    return _with_state(replace(data, incidents=(*data.incidents, incident)), components, wish.state, now)


def _updated(data: Data, wish: Update, now: datetime) -> Data:
    incident = _meant(data, wish.incident)
    if wish.stage is Stage.OVER:
        raise Refused("an incident that is over is closed: status close, which has its components work again")
    text = _readable(wish.text, length=TEXT_LENGTH, what="message")
    message = Message(at=now, stage=wish.stage or incident.stage, text=text)
    told = _with_message(data, incident, message)
    return _with_state(told, incident.components, wish.state, now) if wish.state else told


def _closed(data: Data, wish: Close, now: datetime) -> Data:
    incident = _meant(data, wish.incident)
    text = _readable(wish.text, length=TEXT_LENGTH, what="message")
    told = _with_message(data, incident, Message(at=now, stage=Stage.OVER, text=text))
    kept = {name for each in told.open_incidents for name in each.components}
    return _with_state(told, tuple(each for each in incident.components if each not in kept), State.WORKS, now)


def _meant(data: Data, name: str) -> Incident:
    """Return the incident that is named, or the only open one."""
    opened = data.open_incidents
    names = ", ".join(each.id for each in opened)
    if not name:
        if not opened:
            raise Refused("no incident is open: status open tells of one")
        if len(opened) > 1:
            raise Refused(f"several incidents are open: say --incident, of {names}")
        return opened[0]
    found = next((each for each in data.incidents if each.id == name), None)
    if found is None:
        raise Refused(f"no incident is called {name}{_near(name, [each.id for each in data.incidents])}")
    if found.is_over:
        raise Refused(f"{name} has been over since {written(found.told_at)}: open another with status open")
    return found


def _with_message(data: Data, incident: Incident, message: Message) -> Data:
    told = replace(incident, messages=(*incident.messages, message))
    return replace(data, incidents=tuple(told if each.id == incident.id else each for each in data.incidents))


def _with_state(data: Data, components: Sequence[str], state: State, now: datetime) -> Data:
    changes = [Change(component=each, state=state, at=now) for each in components if data.state_of(each) is not state]
    return replace(data, changes=(*data.changes, *changes))


def _known(names: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if name not in known:
            raise Refused(f"site.toml has no component {name}{_near(name, known)}")
    return tuple(dict.fromkeys(names))


def _near(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f": did you mean {close[0]}?" if close else f": there are {', '.join(names[-8:]) or 'none'}"


def _readable(said: Said, *, length: int, what: str) -> Said:
    """Return a text in both languages, tidied. Raises Refused for one that nobody could read."""
    texts = {}
    for language, words in (("fr", "French"), ("en", "English")):
        text = str(getattr(said, language)).replace("\r\n", "\n").strip()
        if not text:
            raise Refused(f"the {what} in {words} is empty: everybody reads the page, in French or in English")
        if len(text) > length:
            raise Refused(f"the {what} in {words} has {len(text)} letters, {length} at most: people read it on a phone")
        if UNREADABLE.search(text):
            raise Refused(f"the {what} in {words} holds a character that no page can show: write it again")
        texts[language] = text
    return Said(**texts)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("’", " ")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")


def _free_name(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    return name
