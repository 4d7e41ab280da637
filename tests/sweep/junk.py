"""What nobody means to send: values, whole bodies, headers, methods."""

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BODY_OF_10_MB = b"a=" + b"b" * 10_000_000

# Values as they stand in an address or a form, percent-encoded.
VALUES = {
    "wrong type": "[]{}",
    "huge": "1" + "0" * 30,
    "huge exponent": "1e999",
    "minus": "-1",
    "year 0": "0000-01-01",
    "year 99999": "99999-01-01",
    "the past": "1900-01-01",
    "unknown id": "00000000-0000-7000-8000-000000000000",
    "nothing": "",
    "another site": "//elsewhere.example/",
    "a script": "javascript:alert(1)",
    "a header": "/%0d%0aSet-Cookie:%20a=b",
    "NUL": "a%00b",
    "very long": "x" * 50_000,
}
ILLEGIBLE = {"invalid UTF-8": "%ff%fe", "half a surrogate": "%ed%a0%80"}
FIELDS = (
    "page", "after", "where", "day", "starts", "ends", "from", "to", "q", "capacity", "seen_capacity", "chosen",
    "decision", "mission", "slot", "organisation", "email", "birth_date", "reason", "level", "next", "limit", "cursor",
    "template", "step", "key", "process", "code", "state", "sort", "radius",
)  # fmt: skip


def _all_fields(value: str) -> str:
    return "&".join(f"{field}={value[:1000]}" for field in FIELDS)


QUERIES = {name: _all_fields(value) for name, value in {**VALUES, **ILLEGIBLE}.items()}

# What no page takes: each is refused at once, by whomever it is sent.
UNREADABLE: dict[str, tuple[str, bytes, int]] = {
    **{f"form: {name}": (FORM, _all_fields(value).encode(), 400) for name, value in ILLEGIBLE.items()},
    "form: bytes for a name": (FORM, b"a%ffb=1", 400),
    "raw bytes": (FORM, b"page=\xff\x00&chosen=\xfe", 400),
    "10 MB": (FORM, BODY_OF_10_MB, 413),
    "a thousand fields": (FORM, b"&".join(b"a%d=1" % number for number in range(1000)), 400),
    "an object": (JSON, b'{"slot": 1}', 415),
    "another type": ("application/xml", b"<a/>", 415),
    "no type at all": ("", b"a", 415),
    "a type that is none": ("\xff/;;=", b"a=1", 415),
    "parts without boundary": ("multipart/form-data", b"--x--", 400),
    "a boundary of bytes": ("multipart/form-data; boundary=\xff\xfe", b"--x--", 400),
    "a charset that there is not": (f"{FORM}; charset=nothing", b"a=1", 415),
    "UTF-16": (f"{FORM}; charset=utf-16", b"a\0=\x001\0", 415),
}
# What the API refuses; its parsers differ in how.
DOCUMENTS: dict[str, tuple[str, bytes]] = {
    "half an object": (JSON, b'{"slot": "'),
    "a list": (JSON, b"[]"),
    "invalid UTF-8": (JSON, b'{"slot": "\xff"}'),
    "NUL": (JSON, b'{"slot": "\\u0000", "reason": "\\u0000", "motivation": "\\u0000"}'),
    "half a surrogate": (JSON, b'{"slot": "\\ud800", "reason": "\\ud800", "motivation": "\\ud800"}'),
    "a huge number": (JSON, b'{"slot": 1' + b"0" * 400 + b"}"),
    "not a number": (JSON, b'{"slot": NaN, "reason": Infinity}'),
    "a deep nest": (JSON, b"[" * 50_000),
    "10 MB": (JSON, b'{"slot": "' + b"a" * 10_000_000 + b'"}'),
    "a form": (FORM, b"slot=1"),
    "another type": ("application/xml", b"<a/>"),
    "nothing": (JSON, b""),
}
HEADERS: dict[str, dict[str, str]] = {
    "tampered cookies": {"cookie": "entraide_session=tampered; entraide_csrf=%00; messages=a:b:c; room=x.y"},
    "NUL in cookies": {"cookie": "entraide_session=a\x00b; entraide_csrf=\x00; messages=\x00"},
    "bytes in cookies": {"cookie": "entraide_session=\xff\xfe; messages=\xff"},
    "a tampered token": {"authorization": "Bearer ent_\x00\xff"},
    "NUL in headers": {"accept-language": "\x00", "x-request-id": "\x00", "referer": "\x00", "accept": "\x00"},
    "bytes in headers": {"accept-language": "\xff", "x-forwarded-for": "\xff", "if-none-match": "\xff"},
    "dates in headers": {"if-modified-since": "Mon, 00 Foo 99999 99:99:99 GMT", "if-none-match": '"'},
    "a key of bytes": {"idempotency-key": "\x00\xff" * 200},
}
ODD_METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
