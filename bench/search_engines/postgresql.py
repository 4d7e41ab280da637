"""PostgreSQL's full text with unaccent and trigrams, as its documentation teaches.

A French configuration that removes accents, weighted vectors in a stored column under a GIN index, `ts_rank`, a last
word that is a prefix; and the table of all words under a trigram index, by which a word that nobody wrote is corrected.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString

import psycopg

from bench.search_engines.documents import texts
from bench.search_missions.drawing import Made

ENOUGH = 10
_PHRASE = re.compile(r'"([^"]+)"|«([^»]+)»')
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PREPARE = """
DROP SCHEMA IF EXISTS bench_search CASCADE;
CREATE SCHEMA bench_search;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TEXT SEARCH CONFIGURATION bench_search.fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION bench_search.fr
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
CREATE TEXT SEARCH CONFIGURATION bench_search.en (COPY = english);
CREATE TEXT SEARCH CONFIGURATION bench_search.plain (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION bench_search.plain ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
CREATE TABLE bench_search.mission (
    key integer PRIMARY KEY, title text, labels text, labels_en text, names text, body text,
    found tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('bench_search.fr', title), 'A') ||
        setweight(to_tsvector('bench_search.fr', labels), 'B') ||
        setweight(to_tsvector('bench_search.en', labels_en), 'B') ||
        setweight(to_tsvector('bench_search.fr', names), 'C') ||
        setweight(to_tsvector('bench_search.fr', body), 'D')
    ) STORED
);
"""
_INDEX = "CREATE INDEX ON bench_search.mission USING gin (found)"
_WORDS = """
CREATE TABLE bench_search.word AS
    SELECT word, ndoc FROM ts_stat($$
        SELECT to_tsvector('bench_search.plain', concat_ws(' ', title, labels, labels_en, names, body))
        FROM bench_search.mission
    $$);
CREATE INDEX ON bench_search.word USING gin (word gin_trgm_ops);
CREATE INDEX ON bench_search.word (word text_pattern_ops);
"""
# Each word, or the nearest by trigrams for one that is none and begins none; and whether it is more than a stop word.
_CORRECT = """
SELECT corrected, is_open, numnode(plainto_tsquery('bench_search.fr', corrected)) > 0
FROM unnest(%(words)s::text[], %(open)s::boolean[]) WITH ORDINALITY AS asked (written, is_open, place)
CROSS JOIN LATERAL (SELECT unaccent(lower(written)) AS plain) AS read
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN length(plain) < 4 OR EXISTS (
            SELECT FROM bench_search.word WHERE word = plain OR (is_open AND word LIKE plain || '%%')
        ) THEN written
        ELSE coalesce((
            SELECT word FROM bench_search.word WHERE word %% plain
            ORDER BY similarity(word, plain) DESC, ndoc DESC LIMIT 1
        ), written)
    END AS corrected
) AS known
ORDER BY place
"""
_FIND = """
SELECT key FROM bench_search.mission, (SELECT {query} AS query) AS asked
WHERE found @@ query ORDER BY ts_rank(found, query) DESC, key LIMIT %(most)s
"""


class PostgreSQL:
    """A table with its indexes in a schema of its own."""

    name = "PostgreSQL"

    def __init__(self, **parameters: Any) -> None:
        self._parameters = parameters
        self._connection = psycopg.connect(**parameters, autocommit=True)

    def build(self, missions: Sequence[Made]) -> None:
        """Copy the missions in, then make the index and beside it the table of words: two connections work at a time.

        One server process uses one processor, so that a single connection would leave others idle.
        """
        self._connection.execute(_PREPARE)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._copy, (missions[::2], missions[1::2])))
            list(pool.map(self._run, ((_INDEX, "VACUUM ANALYZE bench_search.mission"), (_WORDS,))))
        self._connection.execute("ANALYZE bench_search.word")

    def _copy(self, missions: Sequence[Made]) -> None:
        columns = "key, title, labels, labels_en, names, body"
        with (
            psycopg.connect(**self._parameters, autocommit=True) as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY bench_search.mission ({columns}) FROM STDIN") as copy,
        ):
            for made in missions:
                said = texts(made)
                copy.write_row(
                        (made.number, said.title, "\n".join(said.labels_fr), "\n".join(said.labels_en),
                         "\n".join(said.names), said.body)
                    )  # fmt: skip

    def _run(self, statements: Sequence[LiteralString]) -> None:
        with psycopg.connect(**self._parameters, autocommit=True) as connection:
            connection.execute("SET maintenance_work_mem = '512MB'")
            for statement in statements:
                connection.execute(statement)

    def size_bytes(self) -> int:
        """Return how much the table, its indexes and the table of words take."""
        row = self._connection.execute(
            "SELECT pg_total_relation_size('bench_search.mission') + pg_total_relation_size('bench_search.word')"
        ).fetchone()
        return int(row[0]) if row else 0

    def find(self, text: str, *, language: str, most: int) -> list[str]:
        """Return the keys of the best results of a text: what has all that is asked for, then what has some of it."""
        parts, parameters = self._parts(text, language)
        if not parts:
            return []
        found = self._ask(" && ".join(parts), parameters, most)
        if len(found) < min(ENOUGH, most) and len(parts) > 1:
            found = list(dict.fromkeys(found + self._ask(" || ".join(parts), parameters, most)))[:most]
        return found

    def close(self) -> None:
        """Remove what was made, and hang up."""
        self._connection.execute("DROP SCHEMA bench_search CASCADE")
        self._connection.close()

    def _parts(self, text: str, language: str) -> tuple[list[str], dict[str, Any]]:
        """Return a query for each phrase and word of a text, and their parameters."""
        rest = _PHRASE.sub(" ", text)
        words = _WORD.findall(rest)
        parts, parameters = [], {}
        for number, (plain, french) in enumerate(_PHRASE.findall(text)):
            parameters[f"phrase{number}"] = plain or french
            parts.append(f"phraseto_tsquery('bench_search.fr', %(phrase{number})s)")
        is_open = [number == len(words) - 1 and rest.endswith(word) for number, word in enumerate(words)]
        read = self._connection.execute(_CORRECT, {"words": words, "open": is_open}).fetchall()
        for number, (word, goes_on, says_something) in enumerate(read):
            if says_something or goes_on:
                parameters[f"word{number}"] = word
                parts.append(_query(f"%(word{number})s", language, is_open=goes_on))
        return parts, parameters

    def _ask(self, query: str, parameters: dict[str, Any], most: int) -> list[str]:
        asked = _FIND.format(query=query)
        return [str(key) for (key,) in self._connection.execute(asked, {**parameters, "most": most}).fetchall()]


def _query(word: str, language: str, *, is_open: bool) -> str:
    """Return the query of a word in the languages of the page, and for an unfinished one of what begins with it."""
    found = [f"plainto_tsquery('bench_search.{each}', {word})" for each in dict.fromkeys(("fr", language))]
    if is_open:
        found.append(f"to_tsquery('bench_search.fr', quote_literal(replace({word}, '''', ' ')) || ':*')")
    return f"({' || '.join(found)})"
