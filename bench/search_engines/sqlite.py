"""SQLite's FTS5 as its documentation teaches: accents removed, prefixes indexed, columns weighted by bm25."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.search_engines.documents import Texts, texts
from bench.search_missions.drawing import Made
from entraide.search.rules.stems import is_stop_word
from entraide.search.rules.text import fold

# When fewer have all the words, those that have some come after them, as in our engine.
ENOUGH = 10
_WORD = re.compile(r"[^\W_]+")
_TABLE = """
CREATE VIRTUAL TABLE mission USING fts5(
    title, labels, names, body, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4', detail = full
)
"""
# What is built once needs no safety while it is, and fewer parts to merge: terms are kept in memory up to so much.
_ONCE = (
    "PRAGMA journal_mode = off", "PRAGMA synchronous = off", "PRAGMA cache_size = -200000",
)  # fmt: skip
_HASH_BYTES = 64_000_000
_FIND = """
SELECT rowid FROM mission WHERE mission MATCH ? AND rank MATCH 'bm25(3.0, 2.0, 2.0, 1.0)' ORDER BY rank LIMIT ?
"""


class SQLite:
    """A file with one table of full text."""

    name = "SQLite FTS5"

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._path = path
        self._connection = sqlite3.connect(path)

    def build(self, missions: Iterable[Made]) -> None:
        """Fill the table in one transaction, then merge its index into one segment."""
        for statement in _ONCE:
            self._connection.execute(statement)
        with self._connection as connection:
            connection.execute(_TABLE)
            connection.execute("INSERT INTO mission (mission, rank) VALUES ('hashsize', ?)", (_HASH_BYTES,))
            connection.executemany(
                "INSERT INTO mission (rowid, title, labels, names, body) VALUES (?, ?, ?, ?, ?)",
                ((made.number + 1, *_columns(texts(made))) for made in missions),
            )
            connection.execute("INSERT INTO mission (mission) VALUES ('optimize')")

    def size_bytes(self) -> int:
        """Return how much the file takes."""
        return self._path.stat().st_size

    def find(self, text: str, *, language: str, most: int) -> list[str]:
        """Return the keys of the best results of a text: all of its words, the last as a prefix; then some of them."""
        words = _words(text, language)
        if not words:
            return []
        found = self._ask(" AND ".join(words), most)
        if len(found) < min(ENOUGH, most) and len(words) > 1:
            found = list(dict.fromkeys(found + self._ask(" OR ".join(words), most)))[:most]
        return found

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _ask(self, match: str, most: int) -> list[str]:
        return [str(rowid - 1) for (rowid,) in self._connection.execute(_FIND, (match, most))]


def _columns(said: Texts) -> Sequence[str]:
    return said.title, "\n".join(said.labels_fr + said.labels_en), "\n".join(said.names), said.body


def _words(text: str, language: str) -> list[str]:
    """Return what FTS5 is asked for: phrases as they stand, words that say something, the last one open."""
    phrases = [
        f'"{" ".join(_WORD.findall(quoted))}"'
        for quoted in re.findall(r'"([^"]+)"|«([^»]+)»', text)
        for quoted in quoted
        if quoted
    ]
    rest = re.sub(r'"[^"]+"|«[^»]+»', " ", text)
    words = [word for word in _WORD.findall(rest) if len(word) > 1 and not is_stop_word(fold(word), language)]
    asked = [f'"{word}"' for word in words]
    if asked and rest.endswith(words[-1]):
        asked[-1] += "*"
    return phrases + asked
