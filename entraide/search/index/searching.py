"""Searches one state of the index: results in their order, and how many there are of each kind."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count, repeat
from typing import Any, NamedTuple

import msgspec
import tantivy

from entraide.search.index.asking import Asking
from entraide.search.index.schema import LATEST, WRITTEN, seconds
from entraide.search.rules import ranking
from entraide.search.rules.ranking import Signals, Values
from entraide.search.wanted import REACHABLE, Circle, Counts, Found, Hit, Order, Wanted
from entraide.territories.rules import haversine_km

# So many of the best by their words are ranked by all that is known of them.
RANKED = 200
# When fewer have most of what is asked for, what has some of it is found too.
ENOUGH = 10
MOST_KEPT = 1_000
_RINGS_KM = (2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0)
_numbers = count()
_COLUMNS = ("latitude", "longitude", "next_start", "places", "published", "responsiveness")


class State:
    """The index as it stood at one commit. Everything here is read from it, nothing from a database.

    `number` is another one for each state of a process.
    """

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self.number = next(_numbers)
        self._searcher = searcher
        self._asking = Asking(schema, searcher)
        # Lists, counts and facets of one search ask for the same decision.
        self._loose: dict[tuple[object, ...], bool] = {}

    @property
    def size(self) -> int:
        """Return how many documents there are."""
        return self._searcher.num_docs

    def knows(self, word: str) -> bool:
        """Tell whether a document holds a word, folded, as it is written."""
        return self._searcher.doc_freq(WRITTEN, word) > 0

    def find(self, wanted: Wanted, *, now: datetime) -> Found:
        """Return the results from `wanted.first` on; none beyond REACHABLE."""
        if wanted.first >= REACHABLE:
            return Found(hits=(), total=self.count(wanted))
        if wanted.order is Order.NEAREST and wanted.centre:
            return self._nearest(wanted, wanted.centre)
        if wanted.order is Order.BEST and wanted.question:
            return self._best(wanted, now)
        if wanted.order is Order.BEST and wanted.place and wanted.centre:
            return self._nearest(wanted, wanted.centre)
        return self._by_date(wanted)

    def count(self, wanted: Wanted) -> int:
        """Return how many documents pass."""
        return self._count(self._query(wanted))

    def counts(
        self, wanted: Wanted, *, most: Mapping[str, int], windows: Sequence[tuple[datetime, datetime]] = ()
    ) -> Counts:
        """Return how many documents have each value of some facets, and how many begin in each of some windows.

        Each facet is counted as if nothing of it were chosen, windows as if none were. `most` are the facets and how
        many of their values are told, the most frequent first; one that is chosen is always among them.
        """
        chosen = [name for name in most if wanted.facets.get(name)]
        free = {name: values for name, values in most.items() if name not in chosen}
        counted = self._counts(self._query(wanted), free, () if wanted.window else windows)
        facets = dict(counted.facets)
        for name in chosen:
            found = dict(self._counts(self._query(wanted, without=name), {name: most[name]}).facets[name])
            if len(found) >= most[name]:
                for value in sorted(wanted.facets[name] - found.keys()):
                    found[value] = self.count(replace(wanted, facets={**wanted.facets, name: frozenset({value})}))
            facets[name] = found
        if wanted.window and windows:
            counted = self._counts(self._query(replace(wanted, window=None)), {}, windows)
        return Counts(facets, counted.windows)

    def is_loose(self, wanted: Wanted) -> bool:
        """Tell whether so few documents have most of what is asked for that those which have some are found too.

        It depends on the question and on where, never on facets: choosing one only ever narrows.
        """
        kept = self._kept_loose(wanted)
        if kept is None:
            asked = wanted.unnarrowed()
            few = self._may_be_loose(wanted) and self._count(self._asking.query(asked)) < ENOUGH
            kept = self._keep_loose(wanted, loose=few)
        return kept

    def _may_be_loose(self, wanted: Wanted) -> bool:
        return len(wanted.question.units) > 1

    def _kept_loose(self, wanted: Wanted) -> bool | None:
        return self._loose.get(_asked_where(wanted))

    def _keep_loose(self, wanted: Wanted, *, loose: bool) -> bool:
        if len(self._loose) >= MOST_KEPT:
            self._loose.clear()
        self._loose[_asked_where(wanted)] = loose
        return loose

    def _query(self, wanted: Wanted, *, without: str = "", as_for: Wanted | None = None) -> tantivy.Query:
        return self._asking.query(wanted, without=without, loose=self.is_loose(as_for or wanted))

    def _count(self, query: tantivy.Query) -> int:
        """Return how many documents pass a query. Asked for an order of its own, the engine weighs no words."""
        return _total(self._searcher.search(query, 1, order_by_field="published"))

    def _counts(
        self, query: tantivy.Query, most: Mapping[str, int], windows: Sequence[tuple[datetime, datetime]] = ()
    ) -> Counts:
        """Count in one search: the words of a question take longer than all that is counted of what has them."""
        asked: dict[str, Any] = {name: {"terms": {"field": name, "size": values}} for name, values in most.items()}
        spans = [f"start:[{seconds(first)} TO {seconds(last)}}}" for first, last in windows]
        asked |= {span: {"filter": span} for span in spans}
        if not asked:
            return Counts({}, ())
        answer = self._searcher.aggregate(query, asked)
        return Counts(
            {name: {one["key"]: one["doc_count"] for one in answer[name]["buckets"]} for name in most},
            tuple(answer[span]["doc_count"] for span in spans),
        )

    def _best(self, wanted: Wanted, now: datetime) -> Found:
        """Return results by all that is known of them; beyond those that are ranked so, by their words alone."""
        last = min(wanted.first + wanted.most, REACHABLE)
        result = self._best_by_words(wanted, max(RANKED, last))
        rows = self._rows([address for _, address in result.hits], wanted.centre)
        best = max((float(score) for score, _ in result.hits), default=0.0) or 1.0
        scores = [float(score) / best for score, _ in result.hits]
        values = ranking.values(
            (row.signals(score) for row, score in zip(rows[:RANKED], scores, strict=False)), now=now
        )
        ranks = ranking.ranks(values)
        # Documents of equal rank keep the engine's order; those beyond come by their words alone.
        order = [*sorted(range(len(ranks)), key=lambda at: -ranks[at]), *range(len(ranks), len(rows))]
        hits = (self._hit(rows[at], values[at] if at < len(values) else ()) for at in order[wanted.first : last])
        return Found(hits=tuple(hits), total=_total(result))

    def _best_by_words(self, wanted: Wanted, most: int) -> Any:
        """Return the engine's best, in one search when many have most of what is asked for."""
        if self._kept_loose(wanted) is None and not wanted.is_narrowed:
            result = self._searcher.search(self._asking.query(wanted), most)
            self._keep_loose(wanted, loose=self._may_be_loose(wanted) and _total(result) < ENOUGH)
            if not self.is_loose(wanted):
                return result
        return self._searcher.search(self._query(wanted), most)

    def _by_date(self, wanted: Wanted) -> Found:
        newest = wanted.order is Order.NEWEST
        result = self._searcher.search(
            self._query(wanted),
            min(wanted.most, REACHABLE - wanted.first),
            offset=wanted.first,
            order_by_field="published" if newest else "next_start",
            order=tantivy.Order.Desc if newest else tantivy.Order.Asc,
        )
        rows = self._rows([address for _, address in result.hits], wanted.centre)
        return Found(hits=tuple(self._hit(row) for row in rows), total=_total(result))

    def _nearest(self, wanted: Wanted, circle: Circle) -> Found:
        """Return results by distance, looking into ever wider rings so that few documents are measured."""
        last = min(wanted.first + wanted.most, REACHABLE)
        total = self.count(wanted)
        within: list[_Row] = []
        for km in (*(km for km in _RINGS_KM if km < circle.km), circle.km):
            query = self._query(replace(wanted, circle=replace(circle, km=km)), as_for=wanted)
            counted = self._count(query)
            if counted < last and km < circle.km:
                continue
            result = self._searcher.search(query, max(counted, 1), count=False)
            rows = self._rows([address for _, address in result.hits], circle)
            # A cover reaches past its ring, where it has not all that is as near: only the last one is taken whole.
            within = [row for row in rows if km == circle.km or (row.km or 0) <= km]
            if len(within) >= last:
                break
        within.sort(key=lambda row: row.km or 0)
        return Found(hits=tuple(self._hit(row) for row in within[wanted.first : last]), total=total)

    def _rows(self, addresses: list[tantivy.DocAddress], circle: Circle | None) -> "list[_Row]":
        columns = [self._searcher.fast_field_values(name, addresses) for name in _COLUMNS]
        return list(map(_Row._make, zip(addresses, repeat(circle, len(addresses)), *columns, strict=True)))

    def _hit(self, row: "_Row", values: Values = ()) -> Hit:
        stored: Any = self._searcher.doc(row.address)
        return Hit(
            key=stored.get_first("key"), shown=msgspec.json.decode(stored.get_first("shown")), km=row.km, values=values
        )


class _Row(NamedTuple):
    """A document's columns, in the order of _COLUMNS, for a search round a circle."""

    address: tantivy.DocAddress
    circle: Circle | None
    latitude: Any
    longitude: Any
    next_start: Any
    places: Any
    published: Any
    responsiveness: Any

    @property
    def km(self) -> float | None:
        """Return the distance from the centre, None without one or without a point."""
        if self.circle is None or self.latitude is None or self.longitude is None:
            return None
        return haversine_km((self.circle.latitude, self.circle.longitude), (self.latitude, self.longitude))

    def signals(self, text: float) -> Signals:
        """Return what the rank is made of."""
        starts_at = math.inf if self.next_start >= LATEST else self.next_start
        return Signals(text, self.km, starts_at, self.places, self.published, self.responsiveness)


def _asked_where(wanted: Wanted) -> tuple[object, ...]:
    return wanted.question, wanted.circle, wanted.place, wanted.order


def _total(result: Any) -> int:
    """Return how many documents a query found in all; the engine's types do not tell that they are counted."""
    return int(result.count)
