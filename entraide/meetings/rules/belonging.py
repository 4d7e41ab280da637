"""Whose rooms go to a tenant's pool, such as teachers' to that of schools: by mail domain, or by organisation. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class BadDomain(ValueError):
    """What was given is no mail domain, as `school.example.org`, nor all those below one, as `*.example.org`."""


@dataclass(frozen=True, slots=True)
class Host:
    """Who opens a room: the address that they have shown to be theirs, empty without one, and their organisations."""

    verified_email: str = ""
    organisations: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """That hosts of a mail domain, or of an organisation, belong to a tenant."""

    tenant: UUID
    domain: str = ""
    organisation: UUID | None = None


def clean_domain(text: str) -> str:
    """Return a domain as rules have it. Raises BadDomain."""
    plain = text.strip().lower().removeprefix("@")
    if len(plain) > 253 or not _DOMAIN.fullmatch(plain):
        raise BadDomain(text)
    return plain


def tenant_of(host: Host, *, rules: Iterable[Rule]) -> UUID | None:
    """Return whose rules take this host, or None for everybody else.

    An organisation's rule comes first: membership is given by its managers. Then a domain's own rule, then one for all
    below it, the longest first. `*.example.org` does not take `example.org` itself: pupils often have the other one.
    """
    domain = host.verified_email.rpartition("@")[2].lower()
    taking = [rule for rule in rules if _takes(rule, host, domain)]
    best = max(
        taking, key=lambda rule: (rule.organisation is not None, "*" not in rule.domain, len(rule.domain)), default=None
    )
    return None if best is None else best.tenant


def _takes(rule: Rule, host: Host, domain: str) -> bool:
    if rule.organisation is not None:
        return rule.organisation in host.organisations
    if rule.domain.startswith("*."):
        return domain.endswith(rule.domain[1:])
    return bool(domain) and domain == rule.domain
