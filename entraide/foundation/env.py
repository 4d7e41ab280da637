"""Settings as data, read strictly from environment variables and secret files.

A setting is declared once with its name, reader, default and one line of help. Reading it gives a typed value or raises
SettingError, which names the variable and what was expected; nothing falls back silently.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingError(Exception):
    """A setting has a value that cannot be used. The message names the setting and what was expected."""


class Unset(StrEnum):
    """Marks a setting that has no default: a process that needs it does not start without it."""

    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One setting: the variable's name, how its text is read, its default and one line of help.

    A secret may also be given as the path of a file in NAME_FILE, as container platforms do.
    """

    name: str
    read: Callable[[str], T]
    default: T | Unset
    help: str
    expects: str
    secret: bool = False


class Environment:
    """Typed access to a mapping of variables, by default the process environment."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def value(self, setting: Setting[T]) -> T:
        """Return the typed value, or the default when the variable is absent or empty.

        Raises SettingError when the text cannot be read, when a required setting is absent, or when both NAME and
        NAME_FILE are given.
        """
        text = self._text(setting)
        if text is None:
            if isinstance(setting.default, Unset):
                raise SettingError(f"{setting.name} is not set: expected {setting.expects}. {setting.help}")
            return setting.default
        try:
            return setting.read(text)
        except ValueError as error:
            shown = "the value given (a secret, not shown)" if setting.secret else repr(text)
            detail = f" ({error})" if str(error) and not setting.secret else ""
            raise SettingError(f"{setting.name}: {shown} is not {setting.expects}{detail}.") from error

    def _text(self, setting: Setting[Any]) -> str | None:
        direct = self._variables.get(setting.name, "").strip()
        if not setting.secret:
            return direct or None
        file_name = self._variables.get(f"{setting.name}_FILE", "").strip()
        if direct and file_name:
            raise SettingError(f"{setting.name} and {setting.name}_FILE are both set: give one of them.")
        if not file_name:
            return direct or None
        try:
            return Path(file_name).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"{setting.name}_FILE: cannot read {file_name!r} ({error}).") from error


def text(value: str) -> str:
    """Any text."""
    return value


def long_text(*, low: int) -> Callable[[str], str]:
    """Read a text of so many characters at least."""

    def read(value: str) -> str:
        if len(value) < low:
            raise ValueError(f"shorter than {low} characters")
        return value

    return read


def host(value: str) -> str:
    """Read an address to listen on."""
    return value if value == "localhost" else str(ipaddress.ip_address(value))


def mailbox(value: str) -> str:
    """Read a mail address, with or without a name before it."""
    if not _MAILBOX.fullmatch(parseaddr(value)[1]):
        raise ValueError("no address is in it")
    return value


def boolean(value: str) -> bool:
    """Read true/false, yes/no, on/off, 1/0 in any case; anything else is an error."""
    match value.lower():
        case "true" | "yes" | "on" | "1":
            return True
        case "false" | "no" | "off" | "0":
            return False
    raise ValueError("use true or false")


def integer(*, low: int, high: int) -> Callable[[str], int]:
    """Read a whole number within bounds, both included."""

    def read(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(f"outside {low} to {high}")
        return number

    return read


def choice(*allowed: str) -> Callable[[str], str]:
    """Read one of a few words, exactly as written."""

    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return value

    return read


def words(value: str) -> tuple[str, ...]:
    """Read a list separated by commas; empty items are dropped."""
    return tuple(item.strip() for item in value.split(",") if item.strip())


def networks(value: str) -> tuple[IPNetwork, ...]:
    """Read a list of addresses or networks in CIDR form, separated by commas."""
    return tuple(ipaddress.ip_network(item, strict=False) for item in words(value))


def url(*schemes: str, named: bool = False) -> Callable[[str], str]:
    """Read an absolute address with one of the schemes given; `named` asks for the host in it."""

    def read(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        if parts.port == 0:
            raise ValueError("port 0 is not a port")
        if named and not parts.hostname:
            raise ValueError("no host is in it")
        return value

    return read


def urls(*schemes: str) -> Callable[[str], tuple[str, ...]]:
    """Read a list of absolute addresses, separated by commas, each with one of the schemes given."""
    read = url(*schemes)
    return lambda value: tuple(read(item) for item in words(value))


def path(value: str) -> Path:
    """Read a path; a leading ~ is the home folder."""
    return Path(value).expanduser()


def file(value: str) -> Path:
    """Read the path of a file that is there."""
    found = path(value)
    if not found.is_file():
        raise ValueError("there is no such file")
    return found


def json_list(value: str) -> Sequence[Mapping[str, Any]]:
    """Read a JSON array of objects."""
    loaded = json.loads(value)
    if not isinstance(loaded, list) or not all(isinstance(item, dict) for item in loaded):
        raise ValueError("not a JSON array of objects")
    return loaded
