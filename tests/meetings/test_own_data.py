"""What meetings keep of a person is handed to that person, and nothing of others or secret with it."""

import pytest

from entraide.accounts.models import Person
from entraide.meetings.actions.opening import Opener, RoomWish, open_room
from entraide.meetings.models import Pool
from entraide.meetings.queries.own_data import meetings_of
from tests.meetings.situations import comes_in, opened

pytestmark = pytest.mark.django_db


def test_a_person_reads_their_rooms_and_where_they_were(pool: Pool) -> None:
    ada = Person.objects.create(email="ada@example.org")
    own = open_room(opener=Opener(pool, owner_id=ada.pk), wish=RoomWish()).room
    other = opened(pool).room
    comes_in(other, "Ada", person_id=ada.pk)
    comes_in(other, "Grace")
    found = meetings_of(person_id=ada.pk)
    assert [room["name"] for room in found["rooms"]] == [own.name]
    assert [(visit["room__name"], visit["display"]) for visit in found["meetings"]] == [(other.name, "Ada")]
    assert not {"visitor", "session_digest", "ticket"} & set(found["meetings"][0])
    nothing = meetings_of(person_id=Person.objects.create(email="eve@example.org").pk)
    assert set(nothing) == {"rooms", "meetings", "planned_meetings", "meeting_invitations"}
    assert not any(nothing.values())
