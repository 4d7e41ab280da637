"""`bin/manage media_node add | list | secret | drain | serve | retire`: the media servers of meetings."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from entraide.foundation import clock
from entraide.meetings.actions import fleet
from entraide.meetings.models import Node, Pool
from entraide.meetings.queries.pools import PUBLIC
from entraide.meetings.rules.node_secrets import node_root, node_secret
from entraide.meetings.rules.words import DriverKind


class Command(BaseCommand):
    """Makes media servers known, and takes them out of service."""

    help = "Make media servers known, list them, print their secrets, drain them, take them out."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done, and to which node."""
        does = parser.add_subparsers(dest="does", required=True)
        add = does.add_parser("add", help="make a node known; what its host needs is printed")
        add.add_argument("name")
        add.add_argument("--url", required=True, help="where gateways reach it, as ws://10.0.0.7:8189")
        add.add_argument("--pool", default=PUBLIC, help=f"whose rooms it takes ({PUBLIC})")
        add.add_argument("--capacity", type=int, default=20_000, help="packets a second that it forwards (20000)")
        does.add_parser("list", help="list the nodes")
        for name, help_ in (
            ("secret", "print what its host needs"), ("serve", "let it get rooms again"),
            ("retire", "take it out for good, once it has no rooms"),
        ):  # fmt: skip
            does.add_parser(name, help=help_).add_argument("name")
        drain = does.add_parser("drain", help="give it no more rooms; those that it has end by themselves, or move")
        drain.add_argument("name")
        drain.add_argument("--minutes", type=int, help="after which the rooms that are left move")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        does = options["does"]
        if does == "add":
            self._add(options)
        elif does == "list":
            self._list()
        else:
            node = Node.objects.filter(name=options["name"]).first()
            if node is None:
                raise CommandError(f"No node is called {options['name']}: bin/manage media_node list")
            self._change(does, node, options.get("minutes"))

    def _add(self, options: dict[str, Any]) -> None:
        details = fleet.NodeDetails(
            name=options["name"], driver=DriverKind.JANUS, url=options["url"], capacity_pps=options["capacity"]
        )
        with transaction.atomic():
            node = Node.objects.filter(name=details.name).first()
            if node is None:
                node = fleet.add_node(pool=Pool.objects.get_or_create(key=options["pool"])[0], details=details)
            elif (node.url, node.capacity_pps) != (details.url, details.capacity_pps):
                node.url, node.capacity_pps = details.url, details.capacity_pps
                node.save(update_fields=["url", "capacity_pps"])
        self._tell_secret(node)

    def _change(self, does: str, node: Node, minutes: int | None) -> None:
        if does == "secret":
            self._tell_secret(node)
        elif does == "drain":
            deadline = None if minutes is None else clock.now() + timedelta(minutes=minutes)
            fleet.drain_node(node_id=node.pk, deadline=deadline)
        elif does == "serve":
            fleet.put_in_service(node_id=node.pk)
        else:
            try:
                fleet.retire_node(node_id=node.pk)
            except fleet.NotEmpty as error:
                raise CommandError(f"{node.name} still has rooms: bin/manage media_node drain {node.name}") from error

    def _list(self) -> None:
        for node in Node.objects.select_related("pool").order_by("pool__key", "name"):
            load = 100 * node.load_pps // node.capacity_pps
            self.stdout.write(
                f"{node.name:<24}{node.pool.key:<16}{node.standing:<12}{node.health:<11}{load:>4} %  {node.url}"
            )

    def _tell_secret(self, node: Node) -> None:
        self.stdout.write(f"MEDIA_NODE_ID={node.pk}")
        self.stdout.write(f"MEDIA_NODE_SECRET={node_secret(node_root(settings.SECRET_KEY), node=node.pk)}")
