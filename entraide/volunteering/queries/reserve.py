"""What a volunteer's own profile shows: what was told, and the missions near that fit."""

from datetime import datetime

from entraide.volunteering.models import Volunteer
from entraide.volunteering.queries.search import Circle, MissionFilter, MissionRow, open_missions
from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.rules.reserve import Step

SHOWN = 3


def told_steps(volunteer: Volunteer, *, phone: str) -> frozenset[Step]:
    """Return the steps in which something was told."""
    told = {
        Step.IDENTITY: volunteer.birth_date is not None,
        Step.PLACE: volunteer.commune_id is not None,
        Step.CAUSES: bool(volunteer.domains or volunteer.activities),
        Step.AVAILABILITY: bool(volunteer.availability),
        Step.LANGUAGES: bool(volunteer.languages),
        Step.PHONE: bool(phone),
    }
    return frozenset(step for step, there in told.items() if there)


def questions_left(volunteer: Volunteer, *, phone: str) -> int:
    """Return how many steps nothing was told in."""
    return len(Step) - len(told_steps(volunteer, phone=phone))


def missions_near(volunteer: Volunteer, *, now: datetime) -> list[MissionRow]:
    """Return the nearest missions with places for a volunteer, whose commune is loaded; else the soonest. One query."""
    commune = volunteer.commune
    if commune is None:
        wanted, order = MissionFilter(), Order.SOONEST
    elif commune.latitude is None or commune.longitude is None:
        wanted, order = MissionFilter(departements=(commune.departement_id,)), Order.SOONEST
    else:
        circle = Circle(commune.latitude, commune.longitude, volunteer.radius_km)
        wanted, order = MissionFilter(circle=circle), Order.NEAREST
    return list(open_missions(wanted=wanted, order=order, after="", now=now).rows[:SHOWN])
