"""Tenants are made known, get new secrets, and are retired."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from entraide.meetings.models import Pool, Tenant
from entraide.meetings.queries.moment import database_now


@dataclass(frozen=True, slots=True)
class TenantDetails:
    """Who a tenant is, and its bounds."""

    key: str
    pool: str
    most_rooms: int = 2_000
    most_heads: int = 100


@transaction.atomic
def add_tenant(*, details: TenantDetails) -> str:
    """Make a tenant known and return its secret; of one that is known change pool and bounds, and return nothing."""
    pool = Pool.objects.get_or_create(key=details.pool)[0]
    values = {"pool": pool, "most_rooms": details.most_rooms, "most_heads": details.most_heads}
    secret = secrets.token_urlsafe(32)
    _, is_new = Tenant.objects.update_or_create(
        key=details.key, defaults=values, create_defaults={**values, "secret": secret}
    )
    return secret if is_new else ""


@transaction.atomic
def rotate_secret(*, key: str, former_lasts: timedelta) -> str:
    """Give a tenant a new secret and return it; the former one is taken for a while. Raises Tenant.DoesNotExist."""
    tenant = Tenant.objects.select_for_update().get(key=key)
    tenant.former_secret, tenant.former_secret_until = tenant.secret, database_now() + former_lasts
    tenant.secret = secrets.token_urlsafe(32)
    tenant.save(update_fields=["secret", "former_secret", "former_secret_until"])
    return tenant.secret


def set_sha1(*, key: str, taken: bool) -> None:
    """Take the sums of SHA-1 of a tenant, or no more."""
    Tenant.objects.filter(key=key).update(takes_sha1=taken)


def retire_tenant(*, key: str) -> None:
    """Take no more calls of a tenant; its meetings go on until they end."""
    Tenant.objects.filter(key=key, retired_at=None).update(retired_at=database_now())
