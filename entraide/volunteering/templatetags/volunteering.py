"""Shows words of closed lists and times of slots in templates."""

from datetime import datetime

from django import template

from entraide.volunteering import dates, labels, parties
from entraide.volunteering.rules.hours import text_of_minutes

register = template.Library()


@register.filter
def word(value: str, list_name: str) -> str:
    """`{{ mission.kind|word:"Kind" }}` is the kind as people read it."""
    return labels.named(value, list_name)


@register.filter
def hours(minutes: int) -> str:
    """`{{ template.duration_minutes|hours }}` is "2 h 30"."""
    return text_of_minutes(minutes)


@register.filter
def company(seats: int) -> str:
    """`{{ participation.seats|company }}` is "with 3 other people", nothing for somebody who comes alone."""
    return parties.company(seats)


@register.simple_tag
def address(label: str, street: str, postcode: str, commune: str) -> str:
    """`{% address place.label place.street place.postcode place.commune.name %}` is one line, without what is empty."""
    return ", ".join(part for part in (label, street, f"{postcode} {commune}".strip()) if part)


@register.simple_tag
def span(starts_at: datetime, ends_at: datetime, departement_code: str = "") -> str:
    """`{% span slot.starts_at slot.ends_at mission.departement_code %}` is the slot's time where it happens."""
    return dates.slot_text(starts_at, ends_at, departement=departement_code)


@register.simple_tag
def moment(at: datetime, departement_code: str = "") -> str:
    """`{% moment participation.hold_until mission.departement_code %}` is a day and a time."""
    return dates.moment_text(at, departement=departement_code)
