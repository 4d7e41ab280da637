"""Whose page it is in tests, moments, and what happened: nothing, an open incident, a long history."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from entraidectl.status.page.changing import Close, Open, Update, Wish, change
from entraidectl.status.page.data import Data, Said, Stage, State
from entraidectl.status.page.subject import Subject
from tests.entraidectl.edge.test_site_file import SHORTEST

NOW = datetime(2026, 11, 27, 14, 30, tzinfo=UTC)
SUBJECT = Subject(
    title="Entraide",
    address="https://aide.example.org/status/",
    portal="https://aide.example.org/",
    zone=ZoneInfo("Europe/Paris"),
    renewed_minutes=10,
    components={
        "signup": {"fr": "Inscriptions", "en": "Sign-ups"},
        "missions": {"fr": "Missions et recherche", "en": "Missions and search"},
        "meetings": {"fr": "Réunions", "en": "Meetings"},
    },
)
KNOWN = list(SUBJECT.components)
SLOW_SIGNUP = Open(
    title=Said(fr="Inscriptions lentes", en="Sign-ups are slow"), components=("signup",), state=State.SLOW
)
# What a hand may write, and what no page may take for its own language.
SHARP = Said(fr="<script>alert('é')</script> & \"l’été\"\n\n]]> -->", en='</style><b onload="x">\nbelow & after')


def after(*wishes: Wish, data: Data | None = None, since: datetime = NOW) -> Data:
    """Return the data after wishes, a minute after one another."""
    data = data or Data()
    for minutes, wish in enumerate(wishes):
        data = change(data, wish, known=KNOWN, now=since + timedelta(minutes=minutes))
    return data


def long_history(*, incidents: int = 400) -> Data:
    """Return years of incidents that are over, several a week."""
    data = Data()
    for back in range(incidents, 0, -1):
        title = Said(fr=f"Recherche lente par endroits {back}", en=f"Search is slow in places {back}")
        wish = Open(title=title, components=("missions", "meetings"), state=list(State)[1 + back % 4])
        data = after(wish, Close(), data=data, since=NOW - timedelta(days=back))
    return data


def long_incident(*, messages: int = 60) -> Data:
    """Return an incident of which a great deal was told."""
    text = Said(fr="Nous en savons plus. & " * 60, en="We know more now. & " * 60)
    return after(SLOW_SIGNUP, *(Update(text=text, stage=Stage.FOUND) for _ in range(messages)))


def site_file(folder: Path, *, commands: str = "", served: str = "") -> Path:
    """Write a site.toml with a status page that is published to two folders."""
    components = "".join(
        f'[[status.components]]\nid = "{name}"\nfrench = "{names["fr"]}"\nenglish = "{names["en"]}"\n'
        for name, names in SUBJECT.components.items()
    )
    file = folder / "site.toml"
    file.write_text(
        f'{SHORTEST}[status]\nfolders = ["one/page", "two/page"]\ncommands = [{commands}]\n{served}\n{components}'
    )
    return file
