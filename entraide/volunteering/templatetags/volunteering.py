"""Shows words of closed lists and times of slots in templates."""

from datetime import datetime

from django import template

from entraide.volunteering import dates, labels

register = template.Library()


@register.filter
def word(value: str, list_name: str) -> str:
    """`{{ mission.kind|word:"Kind" }}` is the kind as people read it."""
    return labels.named(value, list_name)


@register.simple_tag
def span(starts_at: datetime, ends_at: datetime, departement_code: str = "") -> str:
    """`{% span slot.starts_at slot.ends_at mission.departement_code %}` is the slot's time where it happens."""
    return dates.slot_text(starts_at, ends_at, departement=departement_code)


@register.simple_tag
def moment(at: datetime, departement_code: str = "") -> str:
    """`{% moment participation.hold_until mission.departement_code %}` is a day and a time."""
    return dates.moment_text(at, departement=departement_code)
