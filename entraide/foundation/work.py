"""The worker: runs jobs, follows the listeners, and takes up what a killed worker left half done.

It stops when asked to (SIGTERM, SIGINT) after what it is doing has ended, and also when the database goes away: whoever
started it starts it again.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from django.db import connections
from procrastinate.app import App
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django import app as jobs_app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Status

from entraide.foundation.jobs import MAX_ATTEMPTS
from entraide.foundation.listeners import Listener, follow

logger = logging.getLogger(__name__)
CONCURRENCY = 4
SPARE_THREADS = 4
HEARTBEAT_SECONDS = 3.0
STALLED_SECONDS = 12.0
STOP_SECONDS = 30.0


Duty = Callable[[asyncio.Event], Awaitable[None]]


async def work(*, listeners: Sequence[Listener], duties: Sequence[Duty] = ()) -> None:
    """Work until asked to stop. Raises what ended the work otherwise.

    A duty is what the worker does besides jobs and listeners; it goes on until the event that it is given is set.
    """
    # A job's connection ends with the job: the pool's threads come and go, and nobody else would close theirs.
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    # A thread for whatever may run at once: a slow provider of mail must not keep a job or the inbox waiting.
    loop.set_default_executor(ThreadPoolExecutor(CONCURRENCY + sum(each.at_once for each in listeners) + SPARE_THREADS))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with runner_of(jobs_app).open_async() as app:
        running = [
            asyncio.create_task(_run_jobs(app, stopped)),
            asyncio.create_task(_take_up_stalled(app, stopped)),
            asyncio.create_task(_follow_all(listeners, stopped)),
            *(asyncio.ensure_future(duty(stopped)) for duty in duties),
        ]
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        asked = stopped.is_set()
        stopped.set()
        await asyncio.gather(*running)
    if not asked:
        raise RuntimeError("the job runner ended by itself")


def runner_of(app: App) -> App:
    """Return an app that runs the same jobs over the asynchronous connector which a worker needs.

    The jobs keep their own app and with it Django's connector: what a job or a listener defers must be part of its
    transaction here too, or a rolled back or killed one would leave mail behind.
    """
    connector: Any = app.connector
    runner = DjangoApp(connector=connector.get_worker_connector(), import_paths=app.import_paths)
    runner.tasks = app.tasks
    runner.periodic_registry = app.periodic_registry
    return runner


async def _run_jobs(app: App, stopped: asyncio.Event) -> None:
    runner = asyncio.create_task(
        app.run_worker_async(
            concurrency=CONCURRENCY,
            install_signal_handlers=False,
            shutdown_graceful_timeout=STOP_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            delete_jobs="successful",
        )
    )
    stop = asyncio.create_task(stopped.wait())
    await asyncio.wait({runner, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not runner.done():
        # Cancelling asks for a graceful stop: running jobs are finished first.
        runner.cancel()
    try:
        await runner
    except asyncio.CancelledError:
        logger.debug("the job runner has stopped")


async def _take_up_stalled(app: App, stopped: asyncio.Event) -> None:
    """Put the jobs of workers that went silent back into the queue; one that keeps killing its worker has failed."""
    while not stopped.is_set():
        await app.job_manager.prune_stalled_workers(STALLED_SECONDS)
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            logger.warning("job %s (%s) was left by a killed worker", job.id, job.task_name)
            if job.attempts + 1 >= MAX_ATTEMPTS:
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            else:
                await app.job_manager.retry_job(job)
        try:
            async with asyncio.timeout(STALLED_SECONDS / 2):
                await stopped.wait()
        except TimeoutError:
            continue


async def _follow_all(listeners: Sequence[Listener], stopped: asyncio.Event) -> None:
    """Follow every listener, woken by one connection that hears all their channels."""
    woken = {listener.channel: asyncio.Event() for listener in listeners}
    async with _ears(woken, stopped):
        followed = [each for each in listeners for _ in range(each.at_once)]
        await asyncio.gather(*(follow(each, woken=woken[each.channel], stopped=stopped) for each in followed))
        await stopped.wait()


@asynccontextmanager
async def _ears(woken: dict[str, asyncio.Event], stopped: asyncio.Event) -> AsyncIterator[None]:
    if not woken:
        yield
        return
    async with await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True) as connection:
        for channel in woken:
            await connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        hearing = asyncio.create_task(_hear(connection, woken, stopped))
        yield
        hearing.cancel()


async def _hear(
    connection: psycopg.AsyncConnection[Any], woken: dict[str, asyncio.Event], stopped: asyncio.Event
) -> None:
    try:
        async for notice in connection.notifies():
            woken[notice.channel].set()
    except psycopg.OperationalError as error:
        logger.warning("the worker no longer hears the database: %s", error)
        stopped.set()
