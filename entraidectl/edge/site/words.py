"""Kinds of values that site.toml is made of, each with what is expected, for the reference and for mistakes."""

from typing import Annotated

from msgspec import Meta

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NUMBER = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_IPV4 = rf"{_NUMBER}(?:\.{_NUMBER}){{3}}"
_IPV6 = r"[0-9a-f:]*:[0-9a-f:.]*"
# What cannot end a word of nginx's, whatever stands around it.
_PATH = r"[A-Za-z0-9._/@+-]+"


def _expecting(words: str) -> dict[str, object]:
    return {"expects": words}


Domain = Annotated[
    str,
    Meta(pattern=rf"^{_LABEL}(?:\.{_LABEL})+$", extra=_expecting('a host name in small letters: "aide.example.org"')),
]
Address = Annotated[str, Meta(pattern=rf"^(?:{_IPV4}|{_IPV6})$", extra=_expecting('an IP address: "192.0.2.10"'))]
Network = Annotated[
    str,
    Meta(
        pattern=rf"^(?:{_IPV4}|{_IPV6})(?:/[0-9]{{1,3}})?$",
        extra=_expecting('an address or a network in CIDR form: "10.0.0.0/8"'),
    ),
]
Server = Annotated[
    str,
    Meta(
        pattern=rf"^(?:{_IPV4}|\[{_IPV6}\]|localhost|{_LABEL}(?:\.{_LABEL})*):[0-9]{{1,5}}$",
        extra=_expecting('a server with its port: "10.0.0.4:8000", "[2001:db8::4]:8000"'),
    ),
]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,30}$", extra=_expecting("small letters, figures and hyphens"))]
Path = Annotated[
    str, Meta(pattern=rf"^{_PATH}$", extra=_expecting("a path of letters, figures and ./_@+-, without spaces"))
]
Mail = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$", extra=_expecting("a mail address"))]
Port = Annotated[int, Meta(ge=1, le=65535, extra=_expecting("a whole number from 1 to 65535"))]
Seconds = Annotated[int, Meta(ge=1, le=3600, extra=_expecting("whole seconds from 1 to 3600"))]
Count = Annotated[int, Meta(ge=0, le=1_000_000, extra=_expecting("a whole number from 0 to 1000000"))]
PerSecond = Annotated[int, Meta(ge=1, le=1_000_000, extra=_expecting("a whole number from 1 to 1000000"))]
Hours = Annotated[int, Meta(ge=1, le=720, extra=_expecting("whole hours from 1 to 720"))]
Days = Annotated[int, Meta(ge=1, le=366, extra=_expecting("a whole number from 1 to 366"))]
Megabytes = Annotated[int, Meta(ge=16, le=1_000_000, extra=_expecting("a whole number of megabytes from 16 on"))]
Line = Annotated[
    str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,80}$", extra=_expecting("a text of 1 to 80 letters on one line"))
]
Origin = Annotated[
    str,
    Meta(
        pattern=rf"^https?://{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?/(?:[A-Za-z0-9._~-]+/)*$",
        extra=_expecting('an address that ends in /: "https://aide.example.org/status/"'),
    ),
]
Zone = Annotated[
    str, Meta(pattern=r"^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$", extra=_expecting('a time zone: "Europe/Paris"'))
]
Command = Annotated[
    str,
    Meta(
        pattern=r"^[^\x00-\x1f\x7f]*\{pages\}[^\x00-\x1f\x7f]*$",
        extra=_expecting('a command with {pages} in it: "rsync -rc --delete {pages}/ host:/srv/status/"'),
    ),
]
Minutes = Annotated[int, Meta(ge=1, le=1440, extra=_expecting("whole minutes from 1 to 1440"))]
Url = Annotated[
    str,
    Meta(
        pattern=rf"^https?://(?:{_IPV4}|\[{_IPV6}\]|localhost|{_LABEL}(?:\.{_LABEL})*)(?::[0-9]{{1,5}})?"
        r"(?:/[A-Za-z0-9._~/%+=&?@-]*)?$",
        extra=_expecting('an address of the web: "https://aide.example.org"'),
    ),
]
