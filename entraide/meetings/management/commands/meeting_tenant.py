"""`bin/manage meeting_tenant add | list | rotate | sha1 | retire`: whose platforms may open meetings here."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from entraide.meetings.actions import tenants
from entraide.meetings.models import Tenant
from entraide.meetings.queries.pools import PUBLIC


class Command(BaseCommand):
    """Makes tenants known, and gives them secrets."""

    help = "Let learning platforms open meetings by BigBlueButton's API: make them known, give them secrets."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done, and for which tenant."""
        does = parser.add_subparsers(dest="does", required=True)
        add = does.add_parser("add", help="make a tenant known; address and secret are printed, this once")
        add.add_argument("name")
        add.add_argument("--pool", default=PUBLIC, help=f"whose media servers take its meetings ({PUBLIC})")
        add.add_argument("--rooms", type=int, default=200, help="meetings that it may have open at once (200)")
        add.add_argument("--heads", type=int, default=100, help="people in one meeting (100)")
        add.add_argument("--without-sha1", action="store_true", help="take no sums of SHA-1")
        does.add_parser("list", help="list the tenants")
        rotate = does.add_parser("rotate", help="give it another secret, printed this once")
        rotate.add_argument("name")
        rotate.add_argument("--hours", type=int, default=24, help="for which the former one is taken (24)")
        sha1 = does.add_parser("sha1", help="take sums of SHA-1, or no more")
        sha1.add_argument("name")
        sha1.add_argument("taken", choices=["on", "off"])
        does.add_parser("retire", help="take no more calls of it").add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        does, name = options["does"], options.get("name", "")
        if does == "list":
            self._list()
        elif does == "add":
            self._add(name, options)
        elif does == "rotate":
            self._rotate(name, options["hours"])
        else:
            done = (
                tenants.retire_tenant(key=name)
                if does == "retire"
                else tenants.set_sha1(key=name, taken=options["taken"] == "on")
            )
            if not done:
                raise _unknown(name)

    def _add(self, name: str, options: dict[str, Any]) -> None:
        details = tenants.TenantDetails(
            name, options["pool"], options["rooms"], options["heads"], takes_sha1=not options["without_sha1"]
        )
        try:
            self._tell(tenants.add_tenant(details=details))
        except tenants.TenantExists as error:
            raise CommandError(f"{name} is there: bin/manage meeting_tenant rotate {name}") from error

    def _rotate(self, name: str, hours: int) -> None:
        try:
            self._tell(tenants.rotate_secret(key=name, former_lasts=timedelta(hours=hours)))
        except Tenant.DoesNotExist as error:
            raise _unknown(name) from error

    def _list(self) -> None:
        for tenant in Tenant.objects.select_related("pool").order_by("key"):
            state = "retired" if tenant.retired_at else "in service"
            sums = "sha1" if tenant.takes_sha1 else "no sha1"
            self.stdout.write(
                f"{tenant.key:<24}{tenant.pool.key:<16}{state:<12}{sums:<9}"
                f"{tenant.most_rooms:>5} rooms of {tenant.most_heads}"
            )

    def _tell(self, secret: str) -> None:
        self.stdout.write(f"BIGBLUEBUTTON_ENDPOINT={settings.PUBLIC_URL}/bigbluebutton/")
        self.stdout.write(f"BIGBLUEBUTTON_SECRET={secret}")


def _unknown(name: str) -> CommandError:
    return CommandError(f"No tenant is called {name}: bin/manage meeting_tenant list")
