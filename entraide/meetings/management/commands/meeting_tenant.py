"""`bin/manage meeting_tenant add | allow | withdraw | list`: whose rooms have a pool of their own, such as schools'."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction

from entraide.accounts.api import Organisation
from entraide.foundation.secrets import new_secret
from entraide.meetings.models import Pool, Tenant, TenantRule
from entraide.meetings.rules.belonging import BadDomain, clean_domain


class Command(BaseCommand):
    """Makes tenants known, and says whose rooms are theirs."""

    help = "Make tenants known, with their pool, and say which hosts are theirs: by mail domain or by organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done, and to which tenant."""
        does = parser.add_subparsers(dest="does", required=True)
        add = does.add_parser("add", help="make a tenant known, or change its pool and bound")
        add.add_argument("key", help="as education")
        add.add_argument("--pool", help="whose nodes take its rooms; called as the tenant by default")
        add.add_argument(
            "--most-rooms", type=int, default=2_000, help="open at once; more go to everybody's pool (2000)"
        )
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

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["does"] == "list":
            self._list()
        elif options["does"] == "add":
            self._add(options)
        else:
            self._rule(options)

    @transaction.atomic
    def _add(self, options: dict[str, Any]) -> None:
        pool = Pool.objects.get_or_create(key=options["pool"] or options["key"])[0]
        Tenant.objects.update_or_create(
            key=options["key"],
            defaults={"pool": pool, "most_rooms": options["most_rooms"]},
            create_defaults={"pool": pool, "most_rooms": options["most_rooms"], "secret": new_secret("tenant")},
        )
        self.stdout.write(f"{options['key']}: rooms go to the pool {pool.key}")

    def _rule(self, options: dict[str, Any]) -> None:
        tenant = Tenant.objects.filter(key=options["key"]).first()
        if tenant is None:
            raise CommandError(f"No tenant is called {options['key']}: bin/manage meeting_tenant add {options['key']}")
        names = self._names(options)
        if options["does"] == "withdraw":
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
            self.stdout.write(f"{tenant.key:<24}{tenant.pool.key:<16}{tenant.most_rooms:>6} rooms")
            for rule in TenantRule.objects.filter(tenant=tenant).select_related("organisation").order_by("pk"):
                whose = f"{rule.organisation.name} ({rule.organisation_id})" if rule.organisation else rule.domain
                self.stdout.write(f"    {whose}")
