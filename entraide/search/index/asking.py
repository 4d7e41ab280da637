"""Turns what is wanted into a query of the engine.

A word that the index knows, as it is or by its stem, is looked for as it is: typos are only forgiven to words that
nobody wrote. So "masque" does not find "marque", and "maqsue" finds "masque".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
# Two letters begin so many words that the very likeliest are enough.
SHORTEST_BEGUN, LIKELY_ENDS_OF_TWO = 3, 4
BEGUN_BOOST = 0.5
END_BOOST = 0.9
TYPO_BOOST = 1.0
SYNONYM_BOOST = 0.8
# When something is done tells apart what is alike, and makes nothing alike.
MOMENT_BOOST = 0.5
PHRASE_BOOST = 2.0
# What else of a unit a document has counts so much of what it counts by itself.
OTHERS_COUNT = 0.2
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
        if len(unit.words) == 1:
            found = self._word(unit.words[0])
        else:
            found = _Choices(
                others=[_all_of([self._word(asked).query() for asked in unit.words])] if unit.words else []
            )
        for group in unit.groups:
            self._add_group(found, group)
        return Query.boost_query(found.query(), MOMENT_BOOST) if unit.says_when else found.query()

    def _word(self, asked: Asked) -> "_Choices":
        found = _Choices(terms=[Query.boost_query(self._term(WRITTEN, asked.word), WRITTEN_BOOST)])
        ends = self._ends(asked.word) if asked.is_open and len(asked.word) > 1 else []
        # The stem of an unfinished word may be that of another: "anima" is no form of "animer".
        is_whole = self._searcher.doc_freq(WRITTEN, asked.word) > 0
        if is_whole or not ends:
            found.terms += self._stems(asked.stems)
        found.terms += self._stems(dict.fromkeys(map(bare, ends)), times=END_BOOST)
        if ends and len(asked.word) >= SHORTEST_BEGUN:
            every = Query.fuzzy_term_query(self._schema, WRITTEN, asked.word, distance=0, prefix=True)
            found.others.append(Query.boost_query(every, BEGUN_BOOST))
        if asked.typos and not (is_whole or ends or self._has_stem(asked)):
            found.others.append(Query.boost_query(self._alike(asked), TYPO_BOOST))
        return found

    def _has_stem(self, asked: Asked) -> bool:
        """Tell whether somebody wrote a form of the word."""
        return any(self._searcher.doc_freq(name, stem) for name in STEMMED for stem in asked.stems)

    def _ends(self, word: str) -> list[str]:
        """Return the likeliest words that begin so, which are looked at by where they stand."""
        most = LIKELY_ENDS if len(word) >= SHORTEST_BEGUN else LIKELY_ENDS_OF_TWO
        return [end for end, _ in self._searcher.terms_with_prefix(WRITTEN, word, limit=most)]

    def _stems(self, stems: Iterable[str], boosts: Mapping[str, float] = BOOSTS, *, times: float = 1.0) -> list[Query]:
        return [
            Query.boost_query(self._term(name, stem), boost * times) for name, boost in boosts.items() for stem in stems
        ]

    def _alike(self, asked: Asked) -> Query:
        return Query.fuzzy_term_query(
            self._schema, WRITTEN, asked.word, distance=asked.typos, transposition_cost_one=True, prefix=asked.is_open
        )

    def _phrase(self, phrase: Phrase) -> Query:
        if len(phrase) == 1:
            return self._term(WRITTEN, phrase[0])
        return Query.phrase_query(self._schema, WRITTEN, list(phrase))

    def _add_group(self, found: "_Choices", group: Group) -> None:
        if group.phrase:
            found.others.append(Query.boost_query(self._phrase(group.phrase), PHRASE_BOOST * SYNONYM_BOOST))
        elif len(group.words) == 1:
            found.terms += self._stems(group.words[0], SYNONYM_BOOSTS, times=SYNONYM_BOOST)
        else:
            words = _all_of([_best_of(self._stems(stems, SYNONYM_BOOSTS)) for stems in group.words])
            # The scores of several words add up, which makes them no better than one.
            found.others.append(Query.boost_query(words, SYNONYM_BOOST * len(group.words) ** -0.5))

    def _term(self, name: str, value: str) -> Query:
        return Query.term_query(self._schema, name, value, index_option="freq")


@dataclass(slots=True)
class _Choices:
    """What a unit may be found by, the best of which counts: terms, and whatever else.

    The engine walks through terms alone several times faster than through a choice between choices.
    """

    terms: list[Query] = field(default_factory=list)
    others: list[Query] = field(default_factory=list)

    def query(self) -> Query:
        """Return what is found by the best of them."""
        return _best_of([*([_best_of(self.terms)] if self.terms else []), *self.others])


def _all_of(parts: list[Query]) -> Query:
    return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Must, part) for part in parts])


def _cells(circle: Circle) -> list[str]:
    return list(cover(latitude=circle.latitude, longitude=circle.longitude, km=circle.km))


def _best_of(choices: list[Query]) -> Query:
    return choices[0] if len(choices) == 1 else Query.disjunction_max_query(choices, OTHERS_COUNT)
