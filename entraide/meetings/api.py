"""What other apps may use of meetings."""

from entraide.meetings.actions.being_there import come_back, let_go_of_lost, note_seen
from entraide.meetings.actions.entering import (
    Entry,
    Joined,
    NotAdmitted,
    TicketUsed,
    come_to_door,
    join_room,
    leave_room,
)
from entraide.meetings.actions.fleet import NodeDetails, add_node, drain_node, put_in_service, retire_node
from entraide.meetings.actions.moderating import (
    NotAllowed,
    admit,
    admit_all,
    ban,
    deny,
    end_for_all,
    kick,
    set_locked,
)
from entraide.meetings.actions.opening import (
    BadSize,
    NotYours,
    Opened,
    Opener,
    RoomWish,
    TooManyRooms,
    end_room,
    open_as_host,
    open_room,
)
from entraide.meetings.actions.placing import Placed, Queued, RoomEnded, place_room
from entraide.meetings.actions.reporting import NotThere, Orders, take_complaint, take_probe, take_report
from entraide.meetings.actions.scheduling import Purpose
from entraide.meetings.actions.watching import Round, watch_once
from entraide.meetings.forms.planning import NewPlanForm, proposed_plan
from entraide.meetings.queries.guests import guests_of
from entraide.meetings.queries.own_data import meetings_of
from entraide.meetings.rules.admission import Refused
from entraide.meetings.rules.names import BadName, NameFault, shown
from entraide.meetings.rules.tokens import BadToken
from entraide.meetings.rules.visitors import Visitor
from entraide.meetings.rules.words import About

__all__ = [
    "About",
    "BadName",
    "BadSize",
    "BadToken",
    "Entry",
    "Joined",
    "NameFault",
    "NewPlanForm",
    "NodeDetails",
    "NotAdmitted",
    "NotAllowed",
    "NotThere",
    "NotYours",
    "Opened",
    "Opener",
    "Orders",
    "Placed",
    "Purpose",
    "Queued",
    "Refused",
    "RoomEnded",
    "RoomWish",
    "Round",
    "TicketUsed",
    "TooManyRooms",
    "Visitor",
    "add_node",
    "admit",
    "admit_all",
    "ban",
    "come_back",
    "come_to_door",
    "deny",
    "drain_node",
    "end_for_all",
    "end_room",
    "guests_of",
    "join_room",
    "kick",
    "leave_room",
    "let_go_of_lost",
    "meetings_of",
    "note_seen",
    "open_as_host",
    "open_room",
    "place_room",
    "proposed_plan",
    "put_in_service",
    "retire_node",
    "set_locked",
    "shown",
    "take_complaint",
    "take_probe",
    "take_report",
    "watch_once",
]
