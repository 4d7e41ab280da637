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
_ELIDED = rf"(?<![^\W_])(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu)[{APOSTROPHES}](?=[^\W_])"
# A word, after what is elided before it: "l'", "qu'", "jusqu'"; "aujourd'hui" is one word.
_TOKEN = re.compile(rf"(?:{_ELIDED})*(aujourd[{APOSTROPHES}]hui|[^\W_]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, what was written, and where it stands in its text."""

    word: str
    written: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Return the words of a text in order."""
    for found in matches(_composed(text)):
        written = found[1]
        yield Token(fold(written), written.lower(), found.start(1), found.end(1))


def matches(text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """Return where words stand in a composed text, from `start` on; each as it is written is the first group."""
    return _TOKEN.finditer(text, start)


def written_words(text: str) -> list[str]:
    """Return the words of `tokens` as they are written, in lower case, keeping nothing of them in the process."""
    return [found[1].lower() for found in _TOKEN.finditer(_composed(text))]


def pieces(text: str) -> list[str]:
    """Return what stands between blanks, in lower case: no word of `tokens` reaches beyond one of these.

    Most pieces of a text stand in others too: whoever reads many texts looks up what each piece holds.
    """
    return _composed(text).lower().split()


def _composed(text: str) -> str:
    """Return a text whose letters are one sign each: one of a base and a mark of its own would be cut at the mark."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=100_000)
def fold(written: str) -> str:
    """Return what `folded` does, kept for the words that come again and again."""
    return folded(written)


def folded(written: str) -> str:
    """Return a word in lower case, without accents, ligatures apart, cut where no word goes on."""
    lowered = written.lower().translate(_FOREIGN)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", lowered) if letter.isalnum())
    return plain[:LONGEST_WORD]
