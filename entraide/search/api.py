"""What other apps may use of search."""

from entraide.search.documents import FACETS, Document, Text
from entraide.search.index.reading import Missing, Reader
from entraide.search.index.searching import State
from entraide.search.node import state
from entraide.search.rules.marking import Piece, excerpt, marked
from entraide.search.rules.question import Question, read_question
from entraide.search.rules.ranking import Part
from entraide.search.sources import Source, register
from entraide.search.wanted import REACHABLE, Circle, Found, Hit, Order, Wanted

__all__ = [
    "FACETS",
    "REACHABLE",
    "Circle",
    "Document",
    "Found",
    "Hit",
    "Missing",
    "Order",
    "Part",
    "Piece",
    "Question",
    "Reader",
    "Source",
    "State",
    "Text",
    "Wanted",
    "excerpt",
    "marked",
    "read_question",
    "register",
    "state",
]
