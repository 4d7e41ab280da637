"""What a typed text means: the place that it names, and the question that is left without it."""

from dataclasses import dataclass, field

from entraide.search import places
from entraide.search.index.searching import State
from entraide.search.rules.gazetteer import Gazetteer, Place
from entraide.search.rules.places import read_place
from entraide.search.rules.question import Question, read_question


@dataclass(frozen=True, slots=True)
class Understood:
    """A text as it is searched for: `Wanted` takes `question` and `place`.

    `rest` is the text without its place. `homonyms` are other large places of that name, to be offered. `near_me` tells
    that what is near the visitor is asked for, whose place is to be asked for.
    """

    question: Question = field(default_factory=Question)
    place: Place | None = None
    homonyms: tuple[Place, ...] = ()
    near_me: bool = False
    rest: str = ""


def understand(
    *, text: str, language: str, state: State | None = None, gazetteer: Gazetteer | None = None
) -> Understood:
    """Return what a text of any length and any characters means. Never raises.

    With the `state` of the index, words that no document holds may also be misspelt names of places. The `gazetteer` is
    that of the table of territories unless one is given.
    """
    known = gazetteer or places.gazetteer()
    where = read_place(text, known, is_known=state.knows if state else lambda _: True)
    return Understood(
        question=read_question(where.rest, language=language),
        place=where.place,
        homonyms=where.homonyms,
        near_me=where.near_me,
        rest=where.rest.strip(),
    )
