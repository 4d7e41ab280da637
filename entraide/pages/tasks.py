"""What the worker does for pages: it tells the edges which of their copies are out of date."""

import logging
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.conf import settings

from entraide.foundation import edges, jobs
from entraide.foundation.edges import NotTold, Outdated
from entraide.pages import copies
from entraide.volunteering import api as volunteering

logger = logging.getLogger(__name__)
PATHS_AT_ONCE = 100
# Lists and home ask the index, which follows the database within a second.
INDEX_SECONDS = 2
# Whatever changes meanwhile waits with the job, and not for long once the edge is back.
LONGEST_PAUSE_SECONDS = 60


@jobs.task(name="pages.renew_missions")
def renew_missions(*, mission_ids: list[str]) -> None:
    """Ask for each edge to be told, by a job of its own: one that is away holds up no other. Volunteering defers this.

    This runs after the commit of the change, so that a job about lists which still waits will see it too.
    """
    shown = volunteering.shown_in(mission_ids=[UUID(mission_id) for mission_id in mission_ids])
    if not shown.missions:
        return
    own = list(_parts(copies.of_missions(shown)))
    for edge in settings.EDGES:
        for part in own:
            jobs.defer("pages.tell_edge", edge=edge, renewed=part.renewed, forgotten=part.forgotten)
        _defer_lists(edge, in_seconds=INDEX_SECONDS, attempts=0)


@jobs.task(name="pages.show_crisis")
def show_crisis() -> None:
    """Ask for each edge to be told of a crisis that changed, as far as everybody reads it. Crises defer this."""
    for edge in settings.EDGES:
        jobs.defer("pages.tell_edge", edge=edge, renewed=copies.of_banner().renewed, forgotten=[])
        _defer_lists(edge, in_seconds=INDEX_SECONDS, attempts=0)


def _parts(outdated: Outdated) -> Iterator[Outdated]:
    """Yield the same by parts that a job is done with soon."""
    for begin in range(0, len(outdated.forgotten), PATHS_AT_ONCE):
        yield Outdated(forgotten=outdated.forgotten[begin : begin + PATHS_AT_ONCE])
    for begin in range(0, len(outdated.renewed), PATHS_AT_ONCE):
        yield Outdated(renewed=outdated.renewed[begin : begin + PATHS_AT_ONCE])


@jobs.task(name="pages.tell_edge")
def tell_edge(*, edge: str, renewed: Sequence[str], forgotten: Sequence[str]) -> None:
    """Tell one edge of pages that show a few missions."""
    _tell(edge, Outdated(renewed, forgotten))


@jobs.task(name="pages.renew_lists")
def renew_lists(*, edge: str, attempts: int) -> None:
    """Tell one edge of what shows all missions; however many have changed meanwhile, once.

    Where that fails another job takes its place, unless one waits already: two that wait cannot have the same lock, so
    that this one could not go back into the queue.
    """
    try:
        _tell(edge, copies.of_all())
    except NotTold as error:
        pause = jobs.pause_seconds(attempts=attempts)
        if pause is None:
            logger.warning("lists are as old as they may be, for an edge was not told of changes: %s", error)
            return
        _defer_lists(edge, in_seconds=min(pause, LONGEST_PAUSE_SECONDS), attempts=attempts + 1)


def _defer_lists(edge: str, *, in_seconds: int, attempts: int) -> None:
    lock = f"pages.renew_lists:{edge}"
    jobs.defer("pages.renew_lists", queueing_lock=lock, in_seconds=in_seconds, edge=edge, attempts=attempts)


def _tell(edge: str, outdated: Outdated) -> None:
    """Tell an edge that the settings still name. Raises NotTold, and the job is tried again."""
    if edge in settings.EDGES:
        edges.tell(edge=edge, secret=settings.EDGE_SECRET, outdated=outdated)
