"""What Locust runs in every process of a campaign: `locust --locustfile entraidectl/load/generator.py`.

One user of Locust in each worker is a gate through which visits come when they are due, whoever was answered before.
Workers send what they saw with Locust's own reports; the master adds it up and writes it when the campaign ends.
"""

import json
import os
import random
from pathlib import Path
from typing import Any

import gevent
from gevent.pool import Pool
from locust import User, events, task
from locust.env import Environment
from locust.exception import StopUser
from locust.rpc import Message
from locust.runners import MasterRunner, WorkerRunner

from entraidectl.load import arrivals, orders
from entraidectl.load.journeys import JOURNEYS
from entraidectl.load.people import Population
from entraidectl.load.tally import Tally
from entraidectl.load.visits import Clock, Receipt, Site, Visit

ORDER_FILE = Path(os.environ[orders.VARIABLE])
order = orders.read(ORDER_FILE)
# Visits at once in one worker: beyond, whoever comes is late, and the verdict says so.
MOST_VISITS = 20_000
LONGEST_VISIT_SECONDS = 90.0
# What a worker tells when its last visit has ended.
OVER = "entraide_over"


class Worker:
    """What one worker has seen and not told yet."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.receipts: list[Receipt] = []
        self.began_at = 0.0

    def untold(self) -> dict[str, Any]:
        """Return what was seen since the last time."""
        told = {"tally": self.tally.to_plain(), "receipts": list(self.receipts), "began_at": self.began_at}
        self.receipts.clear()
        self.tally.steps.clear()
        self.tally.lags.clear()
        return told


class Master:
    """What all workers told."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.receipts: list[Receipt] = []
        self.began_at = 0.0

    def hear(self, told: dict[str, Any]) -> None:
        """Add what a worker told."""
        self.tally.add(Tally.from_plain(told["tally"]))
        self.receipts += told["receipts"]
        self.began_at = min(filter(None, (self.began_at, told["began_at"])), default=0.0)

    def write(self) -> None:
        """Write what came of it beside the order."""
        seen = {"tally": self.tally.to_plain(), "receipts": self.receipts, "began_at": self.began_at}
        draft = ORDER_FILE.with_name("seen.part")
        draft.write_text(json.dumps(seen), encoding="utf-8")
        draft.replace(ORDER_FILE.with_name("seen.json"))


worker, master = Worker(), Master()


class Gate(User):
    """Lets visits begin when they are due."""

    @task
    def open(self) -> None:
        """Begin each visit of this worker's share at its moment; then wait for the last ones."""
        runner = self.environment.runner
        index = runner.worker_index if isinstance(runner, WorkerRunner) else 0
        chance = random.Random(order.seed * 1_000 + index)  # noqa: S311 (spreads a crowd, hides nothing)
        clock = Clock()
        worker.began_at = clock.began_at
        site = Site(
            order.target, order.missions, Population(order.communes, seed=order.seed + index, today=order.day),
            worker.tally, clock, worker.receipts, chance, order.what.think_seconds / order.shrink,
        )  # fmt: skip
        visits = Pool(MOST_VISITS)
        whole = arrivals.moments(order.phases, seed=order.seed)
        moments = arrivals.share(whole, worker=index, workers=order.workers)
        for due, kind in zip(moments, arrivals.kinds(order.what.journeys), strict=False):
            gevent.sleep(max(0.0, due - clock.now()))
            visits.spawn(_visit, site, kind, due)
        visits.join(timeout=LONGEST_VISIT_SECONDS)
        visits.kill()
        if isinstance(runner, WorkerRunner):
            runner.send_message(OVER, worker.untold())
        raise StopUser


def _visit(site: Site, kind: str, due: float) -> None:
    site.tally.lag(site.clock.now() - due)
    visit = Visit(site, due=due)
    try:
        JOURNEYS[kind](visit)
    finally:
        visit.leave()


def _tell(client_id: str, data: dict[str, Any], **_: object) -> None:
    data["entraide"] = worker.untold()


def _hear(client_id: str, data: dict[str, Any], **_: object) -> None:
    if "entraide" in data:
        master.hear(data["entraide"])


def _watch_processor(environment: Environment, cpu_usage: float, **_: object) -> None:
    if worker.began_at:
        worker.tally.processor = max(worker.tally.processor, cpu_usage / 100)


def _begin(environment: Environment, **_: object) -> None:
    runner = environment.runner
    if not isinstance(runner, MasterRunner):
        return
    over: set[str] = set()

    def one_is_over(msg: Message, **_: object) -> None:
        master.hear(msg.data)
        over.add(msg.node_id)
        if len(over) == order.workers:
            runner.quit()

    runner.register_message(OVER, one_is_over)


def _end(environment: Environment, **_: object) -> None:
    if isinstance(environment.runner, MasterRunner):
        master.write()


events.report_to_master.add_listener(_tell)
events.worker_report.add_listener(_hear)
events.usage_monitor.add_listener(_watch_processor)
events.init.add_listener(_begin)
events.quitting.add_listener(_end)
