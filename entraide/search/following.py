"""The loop of the indexer: follows the feed until asked to stop, woken by NOTIFY."""

import logging
import threading
from pathlib import Path
from typing import Any

import psycopg
from django.db import OperationalError, close_old_connections
from procrastinate.contrib.django.utils import connector_params
from psycopg.sql import SQL, Identifier

from entraide.search.feed import CHANNEL, REBUILD
from entraide.search.indexer import Indexer

logger = logging.getLogger(__name__)
# A change that tells nobody, such as a place taken, is seen within this time.
LOOK_SECONDS = 0.5
PAUSE_SECONDS = 2.0


def follow(path: Path, *, stopped: threading.Event) -> None:
    """Keep the index in `path` up to date until `stopped`. A database that is away is asked again. Raises Busy."""
    with Indexer(path) as indexer:
        while not stopped.is_set():
            try:
                with psycopg.connect(**connector_params(), autocommit=True) as ears:
                    ears.execute(SQL("LISTEN {}").format(Identifier(CHANNEL)))
                    _follow(indexer, ears, stopped)
            except (OperationalError, psycopg.OperationalError) as error:
                logger.warning("the indexer cannot reach the database: %s", str(error).splitlines()[0])
                close_old_connections()
                stopped.wait(PAUSE_SECONDS)


def _follow(indexer: Indexer, ears: psycopg.Connection[Any], stopped: threading.Event) -> None:
    indexer.catch_up()
    while not stopped.is_set():
        heard = [notice.payload for notice in ears.notifies(timeout=LOOK_SECONDS, stop_after=1)]
        if REBUILD in heard:
            indexer.rebuild()
        indexer.catch_up()
