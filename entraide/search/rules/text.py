"""How texts become words: case, accents, ligatures, elided articles and hyphens make no difference.

>>> [token.word for token in tokens("L'Œuvre d'Anne-Lise, à Nîmes")]
['oeuvre', 'anne', 'lise', 'a', 'nimes']
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LONGEST_WORD = 40
_FOREIGN = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
APOSTROPHES = "'’ʼ′`´"
# A word with what is elided before it: "l'", "qu'", "jusqu'"; "aujourd'hui" is one word.
_TOKEN = re.compile(
    rf"(?P<whole>aujourd[{APOSTROPHES}]hui)"
    rf"|(?:(?<!\w)(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu)[{APOSTROPHES}](?=\w))?(?P<word>[^\W_]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, what was written, and where it stands in its text."""

    word: str
    written: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Return the words of a text in order."""
    # Letters written as a base and a mark of its own would be cut at the mark.
    text = unicodedata.normalize("NFC", text)
    for found in _TOKEN.finditer(text):
        group = "whole" if found["whole"] else "word"
        written = found[group]
        yield Token(fold(written), written.lower(), found.start(group), found.end(group))


@lru_cache(maxsize=100_000)
def fold(written: str) -> str:
    """Return a word in lower case, without accents, ligatures apart, cut where no word goes on."""
    lowered = written.lower().translate(_FOREIGN)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", lowered) if letter.isalnum())
    return plain[:LONGEST_WORD]
