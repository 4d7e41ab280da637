"""The orders in which missions are listed. Pure."""

from enum import StrEnum


class Order(StrEnum):
    """In which order missions are listed. BEST needs the search index: the database lists the soonest first instead."""

    BEST = "best"
    NEAREST = "near"
    SOONEST = "soon"
    NEWEST = "new"
