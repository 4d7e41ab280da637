"""What a volunteer's calendar says of a place, in every state that it can have."""

from datetime import UTC, datetime, timedelta

import pytest

from entraide.accounts.models import Organisation
from entraide.volunteering.calendars import event
from entraide.volunteering.models import Mission, Participation, Slot
from entraide.volunteering.rules.states import ParticipationState

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
TENTATIVE = {"held", "to_reconfirm"}
CANCELLED = {"expired", "refused", "cancelled_by_volunteer", "cancelled_by_organisation", "released"}


@pytest.mark.parametrize("state", list(ParticipationState))
def test_a_calendar_says_whether_the_place_is_sure_unsure_or_gone(state: ParticipationState) -> None:
    mission = Mission(title="Sorting", organisation=Organisation(name="Neighbours"), departement_code="67")
    slot = Slot(mission=mission, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=2), version=1)
    found = event(Participation(slot=slot, state=state.value, version=1), slot, where="", now=NOW)
    expected = "TENTATIVE" if state.value in TENTATIVE else "CANCELLED" if state.value in CANCELLED else "CONFIRMED"
    assert str(found["status"]) == expected
