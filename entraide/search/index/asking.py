"""Turns what is wanted into a query of the engine.

A word that the index knows, as it is or by its stem, is looked for as it is: typos are only forgiven to words that
nobody wrote. So "masque" does not find "marque", and "maqsue" finds "masque".
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import tantivy
from tantivy import Occur, Query

from entraide.search.index.schema import ANYWHERE, STEMMED, WRITTEN, seconds
from entraide.search.rules.cells import cover
from entraide.search.rules.gazetteer import Place
from entraide.search.rules.question import Asked, Phrase, Question, words_that_must_match
from entraide.search.rules.synonyms import Group
from entraide.search.wanted import Circle, Order, Wanted

BOOSTS = {"title": 3.0, "label": 2.0, "name": 2.0, "body": 1.0}
WRITTEN_BOOST = 0.5
BEGUN_BOOST = 1.5
TYPO_BOOST = 1.0
SYNONYM_BOOST = 0.6


class Asking:
    """Makes the queries of one search over one state of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def query(self, wanted: Wanted, *, without: str = "") -> Query:
        """Return the query of a search, leaving out the choice of the facet `without`."""
        parts = [(Occur.Must, self._text(wanted.question))] if wanted.question else []
        parts += [(Occur.Must, Query.const_score_query(each, 0.0)) for each in self._filters(wanted, without)]
        return Query.boolean_query(parts) if parts else Query.all_query()

    def _filters(self, wanted: Wanted, without: str) -> Iterator[Query]:
        for name, values in wanted.facets.items():
            if values and name != without:
                yield Query.term_set_query(self._schema, name, sorted(values))
        if wanted.circle:
            yield Query.term_set_query(self._schema, "cell", _cells(wanted.circle))
        elif wanted.place:
            yield self._at(wanted.place, wanted)
        if wanted.window:
            yield self._between("start", *wanted.window)
        if wanted.least_places > 0:
            yield Query.range_query(self._schema, "places", tantivy.FieldType.Integer, lower_bound=wanted.least_places)

    def _at(self, place: Place, wanted: Wanted) -> Query:
        """Keep what is at a place that the question names."""
        anywhere = [ANYWHERE] if wanted.question and wanted.order is Order.BEST else []
        if wanted.centre:
            return Query.term_set_query(self._schema, "cell", [*_cells(wanted.centre), *anywhere])
        inside = Query.term_set_query(self._schema, "departement", list(place.departements))
        if not anywhere:
            return inside
        return Query.boolean_query([(Occur.Should, inside), (Occur.Should, self._term("cell", ANYWHERE))])

    def _between(self, name: str, first: datetime, last: datetime) -> Query:
        return Query.range_query(
            self._schema, name, tantivy.FieldType.Integer,
            lower_bound=seconds(first), upper_bound=seconds(last), include_upper=False,
        )  # fmt: skip

    def _text(self, question: Question) -> Query:
        phrases = [(Occur.Must, self._phrase(phrase)) for phrase in question.phrases]
        if not question.words:
            return Query.boolean_query(phrases)
        words: list[list[Query]] = [[self._word(asked)] for asked in question.words]
        for synonym in question.synonyms:
            also = Query.boost_query(self._any_group(synonym.groups), SYNONYM_BOOST)
            for at in range(synonym.first, synonym.last + 1):
                words[at].append(also)
        most = words_that_must_match(len(words))
        each = [(Occur.Should, _best_of(choices)) for choices in words]
        return Query.boolean_query([*phrases, (Occur.Must, Query.boolean_query(each, most))])

    def _word(self, asked: Asked) -> Query:
        found = [self._stems(asked.stems), Query.boost_query(self._term(WRITTEN, asked.word), WRITTEN_BOOST)]
        if asked.is_open and len(asked.word) > 1:
            found.append(Query.boost_query(self._begun(asked.word), BEGUN_BOOST))
        if asked.typos and not self._is_known(asked):
            found.append(Query.boost_query(self._alike(asked), TYPO_BOOST))
        return _best_of(found)

    def _is_known(self, asked: Asked) -> bool:
        """Tell whether somebody wrote the word, or for an unfinished one the beginning of it."""
        if asked.is_open and self._searcher.terms_with_prefix(WRITTEN, asked.word, limit=1):
            return True
        return self._searcher.doc_freq(WRITTEN, asked.word) > 0 or any(
            self._searcher.doc_freq(name, stem) for name in STEMMED for stem in asked.stems
        )

    def _stems(self, stems: Iterable[str]) -> Query:
        return _best_of(
            [Query.boost_query(self._term(name, stem), boost) for name, boost in BOOSTS.items() for stem in stems]
        )

    def _begun(self, word: str) -> Query:
        return Query.fuzzy_term_query(self._schema, WRITTEN, word, distance=0, prefix=True)

    def _alike(self, asked: Asked) -> Query:
        return Query.fuzzy_term_query(
            self._schema, WRITTEN, asked.word, distance=asked.typos, transposition_cost_one=True, prefix=asked.is_open
        )

    def _phrase(self, phrase: Phrase) -> Query:
        if len(phrase) == 1:
            return self._term(WRITTEN, phrase[0])
        return Query.phrase_query(self._schema, WRITTEN, list(phrase))

    def _any_group(self, groups: Iterable[Group]) -> Query:
        return _best_of([self._group(group) for group in groups])

    def _group(self, group: Group) -> Query:
        return Query.boolean_query([(Occur.Must, self._stems(stems)) for stems in group])

    def _term(self, name: str, value: str) -> Query:
        return Query.term_query(self._schema, name, value, index_option="freq")


def _cells(circle: Circle) -> list[str]:
    return list(cover(latitude=circle.latitude, longitude=circle.longitude, km=circle.km))


def _best_of(choices: list[Query]) -> Query:
    return choices[0] if len(choices) == 1 else Query.disjunction_max_query(choices, 0.1)
