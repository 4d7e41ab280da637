"""In whose pool a host's rooms are: a tenant's that takes them, or everybody's."""

from uuid import UUID

from entraide.accounts import api as accounts
from entraide.meetings.models import Pool, Tenant, TenantRule
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.belonging import Host, Rule, tenant_of

PUBLIC = "public"


def public_pool() -> Pool:
    """Return the pool for everybody's rooms, which is there from the first of them on."""
    return Pool.objects.get_or_create(key=PUBLIC)[0]


def tenant_for(*, person_id: UUID | None) -> Tenant | None:
    """Return the tenant to which a host belongs by its rules, with its pool loaded; None for everybody else."""
    if person_id is None:
        return None
    rules = [
        Rule(tenant=row.tenant_id, domain=row.domain, organisation=row.organisation_id)
        for row in TenantRule.objects.order_by("pk")
    ]
    if not rules:
        return None
    host = Host(
        verified_email=accounts.verified_email_of(person_id=person_id),
        organisations=frozenset(accounts.organisation_ids_of(person_id=person_id, now=database_now())),
    )
    found = tenant_of(host, rules=rules)
    return None if found is None else Tenant.objects.select_related("pool").get(pk=found)
