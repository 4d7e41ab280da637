"""Our engine, as a web process asks it: the text is understood, then the index of the node is searched."""

import sys
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from bench.search_engines.documents import document
from bench.search_missions.drawing import Made
from entraide.search.index.folder import Folder, Generation, Position
from entraide.search.index.reading import Reader
from entraide.search.index.searching import State
from entraide.search.index.writing import Writer
from entraide.search.rules.gazetteer import Gazetteer, Place, PlaceKind, build
from entraide.search.understanding import understand
from entraide.search.wanted import Wanted
from entraide.territories import data


@cache
def gazetteer() -> Gazetteer:
    """Return the places of the table of territories, read from its file: this engine needs no database."""
    edition = data.read(file=data.FILE)
    by_region: dict[str, list[str]] = {row.code: [] for row in edition.regions}
    for row in edition.departements:
        by_region[row.region].append(row.code)
    return build(
        communes=[
            (
                Place(
                    PlaceKind.COMMUNE, row.code, row.name, (row.departement,), row.latitude, row.longitude or 0.0,
                    row.population,
                ),
                row.postcodes,
            )
            for row in edition.communes
            if row.latitude is not None
        ],
        departements=[Place(PlaceKind.DEPARTEMENT, row.code, row.name, (row.code,)) for row in edition.departements],
        regions=[
            Place(PlaceKind.REGION, row.code, row.name, tuple(by_region[row.code]))
            for row in edition.regions
            if len(by_region[row.code]) > 1
        ],
    )  # fmt: skip


class Ours:
    """The index of a node in a folder."""

    name = "entraide"

    def __init__(self, path: Path, *, now: datetime) -> None:
        self._folder = Folder(path)
        self._now = now
        self._reader = Reader(path)

    @property
    def state(self) -> State:
        """Return the index as a process reads it."""
        return self._reader.state()

    def build(self, missions: Iterable[Made]) -> None:
        """Build the index as the indexer does when there is none."""
        with self._folder.writing():
            generation = self._folder.begin()
            with Writer(generation) as writer:
                writer.add(map(document, missions))
                writer.commit(Position("bench", 1))
            self._folder.use(generation)

    def size_bytes(self) -> int:
        """Return how much the files take."""
        generation = self._folder.current() or Generation(Path(sys.prefix))
        return sum(file.stat().st_size for file in generation.path.iterdir())

    def find(self, text: str, *, language: str, most: int) -> list[str]:
        """Return the keys of the best results of a text."""
        state = self.state
        understood = understand(text=text, language=language, state=state, gazetteer=gazetteer())
        wanted = Wanted(question=understood.question, place=understood.place, most=most)
        return [hit.key for hit in state.find(wanted, now=self._now).hits]
