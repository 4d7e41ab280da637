"""What other apps may use of crises."""

from entraide.crises.actions import ChangedMeanwhile, LevelNotNext, Opening, change_level, open_crisis, set_banner
from entraide.crises.models import Crisis
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
from entraide.crises.rules import Kind, Level, Moderation, Switches, next_levels, switches

__all__ = [
    "ChangedMeanwhile",
    "Crisis",
    "CrisisInForce",
    "Kind",
    "Level",
    "LevelNotNext",
    "Moderation",
    "Opening",
    "Switches",
    "all_crises",
    "change_level",
    "crises_in_force",
    "crisis",
    "current_crisis",
    "forget",
    "next_levels",
    "open_crisis",
    "set_banner",
    "switches",
    "switches_if",
    "switches_in_force",
]
