"""`bin/manage plan_meetings --peak 2000`: the nodes, cores and Gbit/s that so many people at once take."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from entraide.meetings.rules.capacity import BadWish, Wish, plan


class Command(BaseCommand):
    """Prints what a fleet needs, from measured costs."""

    help = "Print the nodes, cores and Gbit/s that a number of people at once take."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the evening."""
        parser.add_argument("--peak", type=int, required=True, help="people in meetings at once")
        parser.add_argument("--cores-per-node", type=int, default=16, help="cores of one media server (16)")
        parser.add_argument("--pools", type=int, default=1, help="pools, each of which keeps a node to spare (1)")
        parser.add_argument(
            "--derated", action="store_true", help="count 30 percent less for network cards, loss and retransmission"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan and print."""
        wish = Wish(options["peak"], options["cores_per_node"], options["pools"], options["derated"])
        try:
            found = plan(wish)
        except BadWish as error:
            raise CommandError(f"Nothing to plan: {error}.") from error
        rows = (
            ("people at once", f"{found.peak:,}", ""),
            ("through servers", f"{found.on_servers:,}", "the others talk in pairs, peer to peer"),
            ("packets a second", f"{found.pps:,}", "in and out, all nodes together"),
            ("cores", f"{found.cores:,}", "used to 60 percent"),
            ("nodes", f"{found.nodes:,}", f"of {wish.cores_per_node} cores, with a margin of 10 percent"),
            ("spare nodes", f"{found.spare_nodes:,}", "one for each pool, so that one may die"),
            ("egress, Gbit/s", f"{found.egress_gbits:,.1f}", "at normal quality"),
            ("egress, Gbit/s", f"{found.saver_gbits:,.1f}", "when everyone saves data"),
            ("TURN, Gbit/s", f"{found.turn_gbits:,.1f}", "for those whose network lets nothing else through"),
        )
        for name, value, note in rows:
            self.stdout.write(f"{name:<18}{value:>14}  {note}".rstrip())
