"""Reads and writes the file that is the truth. One that is broken is told with its line and the remedy."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from entraidectl.status.page.data import UNREADABLE, VERSION, Data, Incident, Said

NAME = "status.json"
# JSON's own tokens: a text, or one of the signs that build; what lies between needs no look.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_COLON = re.compile(r"\s*:")
REMEDY = "mend it, or put the last good copy in its place ({name}.before lies beside it)"


class DataBroken(Exception):
    """The file cannot be used; nothing was changed. The message is one line: file, line, what is wrong, the remedy."""


def read(folder: Path) -> Data:
    """Return what the file in a folder says; the beginning when there is none yet. Raises DataBroken."""
    file = folder / NAME
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Data()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise DataBroken(f"{file}: cannot be read ({reason}): {REMEDY.format(name=NAME)}") from error
    return from_text(text, file=file)


def from_text(text: str, *, file: Path) -> Data:
    """Return what a text says; `file` is named in mistakes. Raises DataBroken."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataBroken(f"{file}:{error.lineno}: is no JSON ({error.msg}): {REMEDY.format(name=file.name)}") from error
    found = raw.get("version") if isinstance(raw, dict) else None
    if isinstance(found, int) and found > VERSION:
        raise DataBroken(f"{file}: is of version {found}, and this entraidectl knows {VERSION}: use a newer one")
    try:
        data = msgspec.convert(raw, Data)
    except msgspec.ValidationError as error:
        words, _, where = str(error).partition(" - at `$")
        line = _line_of(text, where.rstrip("`"))
        raise DataBroken(f"{file}:{line}: {words}: {REMEDY.format(name=file.name)}") from error
    for words, where in _contradictions(data):
        raise DataBroken(f"{file}:{_line_of(text, where)}: {words}: {REMEDY.format(name=file.name)}")
    return data


def as_text(data: Data) -> str:
    """Return the file's text, which people can read and version control can compare."""
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"


def _contradictions(data: Data) -> Iterator[tuple[str, str]]:
    """Yield what does not fit together although each value is of its kind, with the way to it."""
    seen: set[str] = set()
    for place, incident in enumerate(data.incidents):
        if incident.id in seen:
            yield f"{incident.id} is the name of two incidents", f".incidents[{place}].id"
        seen.add(incident.id)
        for where, said in _texts(incident, place):
            for language in ("fr", "en"):
                if UNREADABLE.search(getattr(said, language)):
                    yield "holds a character that no page can show", f"{where}.{language}"
        for number, message in enumerate(incident.messages):
            where = f".incidents[{place}].messages[{number}].at"
            if message.at.utcoffset() != timedelta(0):
                yield f"times are in UTC and end in Z, and {message.at.isoformat()} does not", where
            elif number and message.at < incident.messages[number - 1].at:
                yield "messages stand in the order of time, and this one is older than the one before", where
    for place, change in enumerate(data.changes):
        if change.at.utcoffset() != timedelta(0):
            yield f"times are in UTC and end in Z, and {change.at.isoformat()} does not", f".changes[{place}].at"
        elif place and data.changes[place - 1].at > change.at:
            yield "changes stand in the order of time, and this one is older", f".changes[{place}].at"


def _texts(incident: Incident, place: int) -> Iterator[tuple[str, Said]]:
    """Yield what was written about an incident, with the way to it."""
    yield f".incidents[{place}].title", incident.title
    for number, message in enumerate(incident.messages):
        yield f".incidents[{place}].messages[{number}].text", message.text


def _line_of(text: str, where: str) -> int:
    """Return the line of a value, `where` being the way to it: .incidents[0].title; of the last step that is there."""
    wanted: list[str | int] = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", where)]
    best, depth = 1, 0
    for way, position in _values(text):
        matched = len(way)
        if matched > depth and way == wanted[:matched]:
            best, depth = text.count("\n", 0, position) + 1, matched
    return best


def _values(text: str) -> Iterator[tuple[list[str | int], int]]:
    """Yield each value of a JSON text by the way to it, with its position."""
    way: list[Any] = []
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "}]":
            way.pop()
        elif sign == ",":
            way[-1] = way[-1] + 1 if isinstance(way[-1], int) else ""
        elif sign[0] == '"' and _COLON.match(text, token.end()):
            way[-1] = json.loads(sign)
            yield list(way), token.start()
        elif sign != ":":
            if way and isinstance(way[-1], int):
                yield list(way), token.start()
            if sign in "{[":
                way.append("" if sign == "{" else 0)
