"""The tables of meetings: pools and nodes, tenants, rooms and where they are placed, plans, who is in them."""

from entraide.meetings.models.bbb import TenantHook, TenantMeeting, TenantMeetingQuerySet
from entraide.meetings.models.changes import NodeEvent, RoomChange
from entraide.meetings.models.fleet import Loan, Node, NodeQuerySet, Pool
from entraide.meetings.models.meetings import Meeting
from entraide.meetings.models.participants import Ban, Invitation, Participant, ParticipantQuerySet
from entraide.meetings.models.placements import Placement, PlacementQuerySet
from entraide.meetings.models.rooms import Room, RoomQuerySet
from entraide.meetings.models.tenants import Tenant, TenantRule

__all__ = [
    "Ban",
    "Invitation",
    "Loan",
    "Meeting",
    "Node",
    "NodeEvent",
    "NodeQuerySet",
    "Participant",
    "ParticipantQuerySet",
    "Placement",
    "PlacementQuerySet",
    "Pool",
    "Room",
    "RoomChange",
    "RoomQuerySet",
    "Tenant",
    "TenantHook",
    "TenantMeeting",
    "TenantMeetingQuerySet",
    "TenantRule",
]
