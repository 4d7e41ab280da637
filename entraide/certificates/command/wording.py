"""The sentences of printed pages, in every language. The forms bring their own.

They are in words.json, from where the certificates site takes them too: both print the same pages.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE = Path(__file__).with_name("words.json")


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences in one language. Forms of times and dates are those of strftime: %d %m %Y %H %M and %B."""

    document: str
    person: str
    reasons: str
    times: str
    legal: str
    large: str
    sealed: str
    sealed_at: str
    not_sealed: str
    boxes: str
    alt: str
    signature: str
    footer: str
    blank: str
    blank_footer: str
    done: str
    colon: str
    time_form: str
    date_form: str

    def time(self, at: datetime) -> str:
        """Return a local time as it is written."""
        return at.strftime(self.time_form)

    def date(self, text: str) -> str:
        """Return a date YYYY-MM-DD as it is written; another text as it is."""
        try:
            return datetime.fromisoformat(text).strftime(self.date_form)
        except ValueError:
            return text


WORDS = {language: Words(**words) for language, words in json.loads(FILE.read_bytes()).items()}
LANGUAGES = tuple(WORDS)
