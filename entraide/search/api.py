"""What other apps may use of search."""

from entraide.search.documents import Document, Text
from entraide.search.index.reading import Missing, Reader
from entraide.search.index.searching import State
from entraide.search.node import state
from entraide.search.places import gazetteer
from entraide.search.rules.gazetteer import Place, PlaceKind
from entraide.search.rules.marking import Marker, Piece
from entraide.search.rules.question import Question, read_question
from entraide.search.rules.ranking import Part, Values, parts
from entraide.search.sources import Source, register
from entraide.search.understanding import Understood, understand
from entraide.search.wanted import REACHABLE, Circle, Counts, Found, Hit, Order, Wanted

__all__ = [
    "REACHABLE",
    "Circle",
    "Counts",
    "Document",
    "Found",
    "Hit",
    "Marker",
    "Missing",
    "Order",
    "Part",
    "Piece",
    "Place",
    "PlaceKind",
    "Question",
    "Reader",
    "Source",
    "State",
    "Text",
    "Understood",
    "Values",
    "Wanted",
    "gazetteer",
    "parts",
    "read_question",
    "register",
    "state",
    "understand",
]
