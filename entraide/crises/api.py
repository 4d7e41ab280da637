"""What other apps may use of crises."""

from entraide.crises.actions import ChangedMeanwhile, LevelNotNext, Opening, change_level, open_crisis, set_banner
from entraide.crises.models import Crisis, Proposal
from entraide.crises.proposing import (
    Draft,
    NotWaiting,
    accept_change,
    accept_opening,
    dismiss,
    proposal,
    proposals_waiting,
    propose,
    withdraw,
)
from entraide.crises.queries import (
    CrisisInForce,
    all_crises,
    crises_in_force,
    crisis,
    current_crisis,
    forget,
    switches_if,
    switches_in_force,
)
from entraide.crises.rules import Kind, Level, Moderation, ProposalKind, Switches, next_levels, switches

__all__ = [
    "ChangedMeanwhile",
    "Crisis",
    "CrisisInForce",
    "Draft",
    "Kind",
    "Level",
    "LevelNotNext",
    "Moderation",
    "NotWaiting",
    "Opening",
    "Proposal",
    "ProposalKind",
    "Switches",
    "accept_change",
    "accept_opening",
    "all_crises",
    "change_level",
    "crises_in_force",
    "crisis",
    "current_crisis",
    "dismiss",
    "forget",
    "next_levels",
    "open_crisis",
    "proposal",
    "proposals_waiting",
    "propose",
    "set_banner",
    "switches",
    "switches_if",
    "switches_in_force",
    "withdraw",
]
