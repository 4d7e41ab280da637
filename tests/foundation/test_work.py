"""The worker runs listeners and jobs; what they defer is kept or undone with the rest of their transaction."""

import asyncio
import signal
from collections.abc import Callable

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from entraide.foundation.listeners import Listener
from entraide.foundation.work import work


class Undone(Exception):
    """Ends a transaction without its commit."""


async def run_once(function: Callable[[], None]) -> None:
    """Run a worker whose only listener is a function, until that function was called."""
    called = asyncio.Event()
    loop = asyncio.get_running_loop()

    def call() -> bool:
        try:
            function()
        finally:
            connection.close()
            loop.call_soon_threadsafe(called.set)
        return False

    worker = asyncio.create_task(work(listeners=[Listener(channel="entraide_test", every_seconds=60, work=call)]))
    await asyncio.wait({worker, asyncio.create_task(called.wait())}, return_when=asyncio.FIRST_COMPLETED)
    signal.raise_signal(signal.SIGTERM)
    await worker


def waiting_jobs(queue: str) -> int:
    with psycopg.connect(**connection.get_connection_params()) as link:
        return link.execute("SELECT 1 FROM procrastinate_jobs WHERE queue_name = %s", [queue]).rowcount


@pytest.mark.parametrize(("undone", "kept"), [(True, 0), (False, 1)])
@pytest.mark.django_db(transaction=True)
async def test_what_a_listener_defers_belongs_to_its_transaction(undone: bool, kept: int) -> None:
    # The tables of the queue are not emptied between tests, so each has a queue of its own.
    queue = f"nobody-{undone}"

    def defer() -> None:
        with transaction.atomic():
            app.configure_task("nobody.knows_it", queue=queue, schedule_in={"days": 1}).defer()
            if undone:
                raise Undone

    await run_once(defer)

    assert await asyncio.to_thread(waiting_jobs, queue) == kept
