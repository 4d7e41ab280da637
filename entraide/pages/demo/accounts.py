"""Who signs in to the demonstration, as what, and what there is to see."""

from dataclasses import dataclass

from entraide.accounts.api import Role
from entraide.pages.demo.cast import MAIL_DOMAIN


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One address per role. `role` is None for a volunteer, who needs no grant."""

    role: Role | None
    title: str
    address: str
    first_name: str
    shows: str


_ACCOUNTS = (
    (None, "Volunteer", "benevole", "Camille", "places confirmed and awaited, calendar, own data"),
    (Role.ORGANISATION_MANAGER, "Organisation manager", "responsable", "Dominique", "the desk: candidates to answer"),
    (Role.ORGANISATION_MEMBER, "Organisation member", "membre", "Claude", "the same desk, without its people"),
    (Role.REFERENT, "Territory referent", "referent", "Alix", "missions and organisations of Bas-Rhin to check"),
    (Role.CRISIS_COORDINATOR, "Crisis coordinator", "coordination", "Sacha", "the flood, its level and banner"),
    (Role.OPERATOR, "Operator", "operation", "Maxime", "crises, queue, failed jobs, people, journal"),
)


def demo_accounts() -> list[DemoAccount]:
    """Return the accounts with their whole addresses, in the order in which one would try them."""
    return [
        DemoAccount(role, title, f"{mailbox}@{MAIL_DOMAIN}", first_name, shows)
        for role, title, mailbox, first_name, shows in _ACCOUNTS
    ]


def account_of(role: Role | None) -> DemoAccount:
    """Return the account of a role."""
    return next(each for each in demo_accounts() if each.role == role)
