"""What missions are about and how they are worded, as read from the files beside this one."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CATALOGUE = HERE.parent.parent / "entraide" / "volunteering" / "catalogue" / "templates.json"


@dataclass(frozen=True, slots=True)
class Need:
    """What some missions are for. `about` are what they deal with, `template` what they are posted from."""

    id: str
    domain: str
    activity: str
    mode: str
    publics: tuple[str, ...]
    about: frozenset[str]
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    template: str = ""

    @property
    def terms(self) -> frozenset[str]:
        """Return every term by which a judgement may mean it."""
        filed = {f"activity:{self.activity}", f"domain:{self.domain}", f"mode:{self.mode}"}
        return frozenset({self.id, "*"} | self.about | filed | {f"public:{public}" for public in self.publics})


@dataclass(frozen=True, slots=True)
class Wording:
    """The lines that missions share whatever they are about."""

    greetings: tuple[str, ...]
    practical: tuple[str, ...]
    when: dict[str, list[str]]
    moments: dict[str, str]
    organisations: tuple[str, ...]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]


@cache
def needs() -> tuple[Need, ...]:
    """Return every need, in the order of the files."""
    files = sorted(HERE.glob("needs_*.toml"))
    return tuple(_need(read) for file in files for read in _toml(file)["need"])


@cache
def wording() -> Wording:
    """Return the shared lines."""
    read = _toml(HERE / "drawn.toml")
    listed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}
    return Wording(**listed)


@cache
def labels() -> dict[str, dict[str, tuple[str, str]]]:
    """Return what values are called in French and English, by the facet that they are of."""
    return {
        facet: {value: (called[0], called[1]) for value, called in values.items()}
        for facet, values in _toml(HERE / "labels.toml").items()
    }


@cache
def template_titles() -> dict[str, tuple[str, str]]:
    """Return the French and the English title of the catalogue's templates, by slug."""
    read = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return {each["slug"]: (each["title"]["fr"], each["title"]["en"]) for each in read["templates"]}


def _need(read: dict[str, Any]) -> Need:
    listed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}
    listed["about"] = frozenset(listed["about"])
    return Need(**listed)


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
