"""The forms of a page as a browser would send them: what stands in them, and the rest filled in as a person might."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode
from uuid import uuid4

FILLED_IN = {
    "date": "2031-05-17",
    "datetime-local": "2031-05-17T10:00",
    "time": "10:00",
    "email": "somebody@example.org",
    "number": "2",
    "tel": "0612345678",
    "url": "https://example.org/",
}
# What a person knows of these fields, which their type alone does not say.
KNOWN = {
    "postcode": "67000", "where": "67000", "commune": "Strasbourg (67)", "zones": "67", "departement": "67",
    "siren": "732829320", "siret": "73282932000074", "rna": "W751234567",
    "phone": "0612345678", "contact_phone": "0612345678", "birth_date": "1990-05-01", "age_max": "80",
}  # fmt: skip
NEVER_SENT = {"csrfmiddlewaretoken"}


@dataclass
class Form:
    """One form: where it goes, how, and its fields with the values that would be sent."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes it the same form on another page."""
        return self.method, self.action.partition("?")[0], tuple(sorted(self.fields))

    def body(self, changes: Mapping[str, str | None] | None = None) -> str:
        """Return it encoded; `changes` holds values that are encoded already, None for a field left out."""
        kept = {name: values for name, values in self.fields.items() if name not in (changes or {})}
        changed = [f"{name}={value}" for name, value in (changes or {}).items() if value is not None]
        return "&".join([urlencode(kept, doseq=True), *changed])


def forms_of(html: str, *, path: str) -> list[Form]:
    """Return the forms of a page that is at `path`."""
    reader = _Reader(path)
    reader.feed(html)
    return list(reader.forms())


class _Reader(HTMLParser):
    """Collects forms with their fields, also those that stand elsewhere and name their form."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._found: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._elsewhere: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self._options: list[dict[str, str]] = []

    def forms(self) -> Iterator[Form]:
        """Yield what was found."""
        for identifier, attributes in self._elsewhere:
            if identifier in self._by_id:
                _add(self._by_id[identifier], attributes)
        yield from self._found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self._open = Form(attributes.get("action") or self._path, attributes.get("method", "get").lower())
            self._found.append(self._open)
            self._by_id[attributes.get("id", "")] = self._open
        elif tag == "select":
            self._select, self._options = attributes.get("name", ""), []
        elif tag == "option":
            self._options.append(attributes)
        elif tag in ("input", "textarea", "button") and attributes.get("name"):
            self._take({**attributes, "type": attributes.get("type", "submit" if tag == "button" else "text")})

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select:
            chosen = [each for each in self._options if "selected" in each] or self._options
            values = [each.get("value", "") for each in chosen]
            value = next((value for value in values if value), "")
            self._take({"name": self._select, "type": "select", "value": value})
            self._select = ""

    def _take(self, attributes: dict[str, str]) -> None:
        if "form" in attributes:
            self._elsewhere.append((attributes["form"], attributes))
        elif self._open is not None:
            _add(self._open, attributes)


def _add(form: Form, attributes: dict[str, str]) -> None:
    name, kind, value = attributes["name"], attributes["type"], attributes.get("value", "")
    if name in NEVER_SENT or "disabled" in attributes:
        return
    if kind in ("submit", "radio"):
        # The first button, and the choice that is made or else the first one.
        if name not in form.fields or "checked" in attributes:
            form.fields[name] = [value]
    elif kind == "checkbox":
        form.fields.setdefault(name, []).append(value or "on")
    elif kind == "hidden" or value:
        form.fields.setdefault(name, []).append(value)
    else:
        form.fields[name] = [KNOWN.get(name) or FILLED_IN.get(kind) or f"Words {uuid4().hex[:6]}"]
