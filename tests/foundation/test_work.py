"""What the worker's listeners and jobs defer is kept or undone with the rest of their transaction."""

import asyncio

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from entraide.foundation.work import runner_of


class Undone(Exception):
    """Ends a transaction without its commit."""


def waiting_jobs(queue: str) -> int:
    """Count what waits in a queue, as another process sees it."""
    with psycopg.connect(**connection.get_connection_params()) as link:
        return link.execute("SELECT 1 FROM procrastinate_jobs WHERE queue_name = %s", [queue]).rowcount


@pytest.mark.parametrize(("undone", "kept"), [(True, 0), (False, 1)])
@pytest.mark.django_db(transaction=True)
async def test_what_is_deferred_in_a_worker_belongs_to_its_transaction(undone: bool, kept: int) -> None:
    # The tables of the queue are not emptied between tests, so each has a queue of its own.
    queue = f"nobody-{undone}"

    def defer() -> None:
        try:
            with transaction.atomic():
                app.configure_task("nobody.knows_it", queue=queue, schedule_in={"days": 1}).defer()
                if undone:
                    raise Undone
        except Undone:
            return
        finally:
            connection.close()

    # The worker calls its listeners and jobs in threads like this one, while its own app is open.
    async with runner_of(app).open_async():
        await asyncio.to_thread(defer)

    assert await asyncio.to_thread(waiting_jobs, queue) == kept
