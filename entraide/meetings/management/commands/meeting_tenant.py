"""`bin/manage meeting_tenant`: whose rooms have a pool of their own, and whose platforms may open meetings here."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction

from entraide.accounts.api import Organisation
from entraide.meetings.actions import tenants
from entraide.meetings.models import Tenant, TenantRule
from entraide.meetings.rules.belonging import BadDomain, clean_domain


class Command(BaseCommand):
    """Makes tenants known, says whose rooms are theirs, and gives their platforms secrets."""

    help = "Make tenants known, with their pool; say which hosts are theirs; let their platforms open meetings."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done, and to which tenant."""
        does = parser.add_subparsers(dest="does", required=True)
        add = does.add_parser("add", help="make a tenant known, or change its pool and bounds")
        add.add_argument("key", help="as education")
        add.add_argument("--pool", help="whose media servers take its rooms; called as the tenant by default")
        add.add_argument("--most-rooms", type=int, default=2_000, help="open at once (2000)")
        add.add_argument("--most-heads", type=int, default=100, help="people in one meeting of its platforms (100)")
        for name, help_ in (
            ("allow", "let the rooms of these hosts be the tenant's"), ("withdraw", "let them be everybody's again"),
        ):  # fmt: skip
            rule = does.add_parser(name, help=help_)
            rule.add_argument("key")
            of = rule.add_mutually_exclusive_group(required=True)
            of.add_argument(
                "--domain", help="of verified addresses: school.example.org, or *.example.org for all below"
            )
            of.add_argument("--organisation", type=UUID, help="the id of an organisation, for all its people")
        does.add_parser("list", help="list tenants with their pools and rules")
        rotate = does.add_parser("rotate", help="give its platforms another secret, printed this once")
        rotate.add_argument("key")
        rotate.add_argument("--hours", type=int, default=24, help="for which the former one is taken (24)")
        sha1 = does.add_parser("sha1", help="take sums of SHA-1, or no more")
        sha1.add_argument("key")
        sha1.add_argument("taken", choices=["on", "off"])
        does.add_parser("retire", help="take no more calls of its platforms").add_argument("key")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        does = options["does"]
        if does == "list":
            self._list()
        elif does == "add":
            self._add(options)
        else:
            tenant = Tenant.objects.filter(key=options["key"]).first()
            if tenant is None:
                key = options["key"]
                raise CommandError(f"No tenant is called {key}: bin/manage meeting_tenant add {key}")
            self._change(does, tenant, options)

    def _add(self, options: dict[str, Any]) -> None:
        details = tenants.TenantDetails(
            options["key"], options["pool"] or options["key"], options["most_rooms"], options["most_heads"]
        )
        secret = tenants.add_tenant(details=details)
        self.stdout.write(f"{details.key}: rooms go to the pool {details.pool}")
        if secret:
            self._tell(secret)

    def _change(self, does: str, tenant: Tenant, options: dict[str, Any]) -> None:
        if does == "rotate":
            self._tell(tenants.rotate_secret(key=tenant.key, former_lasts=timedelta(hours=options["hours"])))
        elif does == "sha1":
            tenants.set_sha1(key=tenant.key, taken=options["taken"] == "on")
        elif does == "retire":
            tenants.retire_tenant(key=tenant.key)
        else:
            self._rule(does, tenant, options)

    def _rule(self, does: str, tenant: Tenant, options: dict[str, Any]) -> None:
        names = self._names(options)
        if does == "withdraw":
            if not TenantRule.objects.filter(tenant=tenant, **names).delete()[0]:
                raise CommandError("There is no such rule: bin/manage meeting_tenant list")
            return
        try:
            with transaction.atomic():
                TenantRule.objects.get_or_create(tenant=tenant, **names)
        except IntegrityError as error:
            raise CommandError("Another tenant has this rule: bin/manage meeting_tenant list") from error

    def _names(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["organisation"] is not None:
            organisation = Organisation.objects.filter(pk=options["organisation"]).first()
            if organisation is None:
                raise CommandError("No organisation has this id.")
            return {"domain": "", "organisation": organisation}
        try:
            return {"domain": clean_domain(options["domain"]), "organisation": None}
        except BadDomain as error:
            raise CommandError(
                f"{options['domain']} is no mail domain, as school.example.org or *.example.org"
            ) from error

    def _list(self) -> None:
        for tenant in Tenant.objects.select_related("pool").order_by("key"):
            state = "retired" if tenant.retired_at else "in service"
            sums = "sha1" if tenant.takes_sha1 else "no sha1"
            self.stdout.write(
                f"{tenant.key:<24}{tenant.pool.key:<16}{state:<12}{sums:<9}"
                f"{tenant.most_rooms:>6} rooms of {tenant.most_heads}"
            )
            for rule in TenantRule.objects.filter(tenant=tenant).select_related("organisation").order_by("pk"):
                whose = f"{rule.organisation.name} ({rule.organisation_id})" if rule.organisation else rule.domain
                self.stdout.write(f"    {whose}")

    def _tell(self, secret: str) -> None:
        self.stdout.write(f"BIGBLUEBUTTON_ENDPOINT={settings.PUBLIC_URL}/bigbluebutton/")
        self.stdout.write(f"BIGBLUEBUTTON_SECRET={secret}")
