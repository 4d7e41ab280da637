"""Turns what is wanted into a query of the engine.

A word that the index knows, as it is or by its stem, is looked for as it is: typos are only forgiven to words that
nobody wrote. So "masque" does not find "marque", and "maqsue" finds "masque".
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import tantivy
from tantivy import Occur, Query

from entraide.search.index.schema import ANYWHERE, STEMMED, WRITTEN, seconds
from entraide.search.rules.cells import cover
from entraide.search.rules.gazetteer import Place
from entraide.search.rules.question import Asked, Phrase, Question, Unit, words_that_must_match
from entraide.search.rules.stems import bare
from entraide.search.rules.synonyms import Group
from entraide.search.wanted import Circle, Order, Wanted

BOOSTS = {"title": 3.0, "label": 2.0, "name": 1.0, "body": 1.0}
# Synonyms are of what is done, never of what somebody or some place is called.
SYNONYM_BOOSTS = {name: boost for name, boost in BOOSTS.items() if name != "name"}
WRITTEN_BOOST = 0.5
# How many ends of an unfinished word are looked at by where they stand.
LIKELY_ENDS = 8
# Two letters begin so many words that the likeliest are enough.
SHORTEST_BEGUN = 3
BEGUN_BOOST = 0.5
END_BOOST = 0.9
TYPO_BOOST = 1.0
SYNONYM_BOOST = 0.8
# When something is done tells apart what is alike, and makes nothing alike.
MOMENT_BOOST = 0.5
PHRASE_BOOST = 2.0
# "Near" is no exact distance: its border need not be fine.
NEAR_FINENESS = 5


class Asking:
    """Makes the queries of one search over one state of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def query(self, wanted: Wanted, *, without: str = "", loose: bool = False) -> Query:
        """Return the query of a search, leaving out the choice of the facet `without`.

        A `loose` one is passed by what has one of the things asked for; another by what has most of them.
        """
        parts = [(Occur.Must, self._text(wanted.question, loose=loose))] if wanted.question else []
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
        if centre := wanted.centre:
            near = cover(latitude=centre.latitude, longitude=centre.longitude, km=centre.km, fineness=NEAR_FINENESS)
            return Query.term_set_query(self._schema, "cell", [*near, *anywhere])
        inside = Query.term_set_query(self._schema, "departement", list(place.departements))
        if not anywhere:
            return inside
        return Query.boolean_query([(Occur.Should, inside), (Occur.Should, self._term("cell", ANYWHERE))])

    def _between(self, name: str, first: datetime, last: datetime) -> Query:
        return Query.range_query(
            self._schema, name, tantivy.FieldType.Integer,
            lower_bound=seconds(first), upper_bound=seconds(last), include_upper=False,
        )  # fmt: skip

    def _text(self, question: Question, *, loose: bool) -> Query:
        phrases = [(Occur.Must, self._phrase(phrase)) for phrase in question.phrases]
        # What people say whatever they look for is in half of all documents, and tells none from another.
        strong = [(Occur.Should, self._unit(unit)) for unit in question.units if not unit.is_weak]
        if not strong:
            return Query.boolean_query(phrases)
        least = 1 if loose else words_that_must_match(len(strong))
        return Query.boolean_query([*phrases, (Occur.Must, Query.boolean_query(strong, least))])

    def _unit(self, unit: Unit) -> Query:
        """Look for the words of a unit together, or for what it is also called."""
        words = [self._word(asked) for asked in unit.words]
        found = [_all_of(words)] if words else []
        if unit.groups:
            found.append(Query.boost_query(_best_of([self._group(group) for group in unit.groups]), SYNONYM_BOOST))
        return Query.boost_query(_best_of(found), MOMENT_BOOST) if unit.says_when else _best_of(found)

    def _word(self, asked: Asked) -> Query:
        found = [Query.boost_query(self._term(WRITTEN, asked.word), WRITTEN_BOOST)]
        begun = self._begun(asked.word) if asked.is_open and len(asked.word) > 1 else []
        # The stem of an unfinished word may be that of another: "anima" is no form of "animer".
        is_whole = self._searcher.doc_freq(WRITTEN, asked.word) > 0
        if is_whole or not begun:
            found.append(self._stems(asked.stems))
        if asked.typos and not (is_whole or begun or self._has_stem(asked)):
            found.append(Query.boost_query(self._alike(asked), TYPO_BOOST))
        return _best_of(found + begun)

    def _has_stem(self, asked: Asked) -> bool:
        """Tell whether somebody wrote a form of the word."""
        return any(self._searcher.doc_freq(name, stem) for name in STEMMED for stem in asked.stems)

    def _begun(self, word: str) -> list[Query]:
        """Return what an unfinished word finds: its likeliest ends by where they stand, and every other."""
        likely = self._searcher.terms_with_prefix(WRITTEN, word, limit=LIKELY_ENDS)
        if not likely:
            return []
        ends = Query.boost_query(_best_of([self._stems((bare(end),)) for end, _ in likely]), END_BOOST)
        if len(word) < SHORTEST_BEGUN:
            return [ends]
        every = Query.fuzzy_term_query(self._schema, WRITTEN, word, distance=0, prefix=True)
        return [Query.boost_query(every, BEGUN_BOOST), ends]

    def _stems(self, stems: Iterable[str], boosts: Mapping[str, float] = BOOSTS) -> Query:
        return _best_of(
            [Query.boost_query(self._term(name, stem), boost) for name, boost in boosts.items() for stem in stems]
        )

    def _alike(self, asked: Asked) -> Query:
        return Query.fuzzy_term_query(
            self._schema, WRITTEN, asked.word, distance=asked.typos, transposition_cost_one=True, prefix=asked.is_open
        )

    def _phrase(self, phrase: Phrase) -> Query:
        if len(phrase) == 1:
            return self._term(WRITTEN, phrase[0])
        return Query.phrase_query(self._schema, WRITTEN, list(phrase))

    def _group(self, group: Group) -> Query:
        if group.phrase:
            return Query.boost_query(self._phrase(group.phrase), PHRASE_BOOST)
        words = _all_of([self._stems(stems, SYNONYM_BOOSTS) for stems in group.words])
        # The scores of several words add up, which makes them no better than one.
        return words if len(group.words) == 1 else Query.boost_query(words, len(group.words) ** -0.5)

    def _term(self, name: str, value: str) -> Query:
        return Query.term_query(self._schema, name, value, index_option="freq")


def _all_of(parts: list[Query]) -> Query:
    return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Must, part) for part in parts])


def _cells(circle: Circle) -> list[str]:
    return list(cover(latitude=circle.latitude, longitude=circle.longitude, km=circle.km))


def _best_of(choices: list[Query]) -> Query:
    return choices[0] if len(choices) == 1 else Query.disjunction_max_query(choices, 0.1)
