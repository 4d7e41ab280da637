"""Rooms are opened and end."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from entraide.foundation.rows import insert_rows
from entraide.meetings.actions import ledger, tenant_events
from entraide.meetings.actions.placing import Placed, Queued, place_locked
from entraide.meetings.actions.telling import tell_gateways
from entraide.meetings.models import Participant, Pool, Room, Tenant
from entraide.meetings.queries.pools import public_pool, tenant_for
from entraide.meetings.queries.presence import presence_in
from entraide.meetings.rules.load import MOST_HEADS
from entraide.meetings.rules.names import ENTROPY_BYTES, chosen_name, drawn_name
from entraide.meetings.rules.promotion import Step, next_step
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.visitors import Visitor
from entraide.meetings.rules.words import ChangeKind, EndReason, ParticipantState, RoomMode


class TooManyRooms(Exception):
    """The tenant has as many rooms open as it may."""


class BadSize(ValueError):
    """A room is for at least one and at most 500 people, and a hint is not more than the room holds."""


class NotYours(Exception):
    """A room of that name is open, and somebody else's."""


@dataclass(frozen=True, slots=True)
class RoomWish:
    """What a room is to be. An empty `name` has one drawn; a chosen one needs a lobby or a login.

    `drawn` is a name that was drawn before, for a meeting that was planned.

    `size_hint` is for how many a place is reserved at once; `can_p2p` is False where the media server brings pages of
    its own, which know nothing of peer to peer.
    """

    name: str = ""
    drawn: str = ""
    size_hint: int | None = None
    most_heads: int = 100
    has_lobby: bool = False
    needs_login: bool = False
    is_e2ee: bool = False
    can_p2p: bool = True


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opens a room, in which pool: a tenant or a person, or both; or nobody who is known."""

    pool: Pool
    tenant: Tenant | None = None
    owner_id: UUID | None = None

    @property
    def tenant_id(self) -> UUID | None:
        """The tenant's id."""
        return None if self.tenant is None else self.tenant.pk


@dataclass(frozen=True, slots=True)
class Opened:
    """A room, whether this call opened it, and where it is if it needs a server already."""

    room: Room
    is_new: bool
    placement: Placed | Queued | None


@transaction.atomic
def open_room(*, opener: Opener, wish: RoomWish) -> Opened:
    """Open a room, or return the one of that name that its opener has open: two who ask at once get the same.

    A room that is said to be for more than two is placed in this transaction, so that its load counts from now on.
    Raises BadName, BadSize, TooManyRooms, NotYours.
    """
    _check_sizes(wish)
    room, is_new = _found_or_made(wish, opener)
    if not is_new and (room.tenant_id, room.owner_id) != (opener.tenant_id, opener.owner_id):
        raise NotYours
    if is_new and opener.tenant is not None:
        _check_tenant(opener.tenant)
    # Whether it could do without a server is the watch's question; here it is whether it needs one.
    step = next_step(presence_in(room, now=room.few_since))
    needs_place = step == Step.PROMOTE or room.mode == RoomMode.SFU.value
    return Opened(room=room, is_new=is_new, placement=place_locked(room) if needs_place else None)


@transaction.atomic
def open_as_host(*, opener: Opener, wish: RoomWish, visitor: Visitor) -> Room:
    """Open a room whose owner the visitor is, signed in or not: nobody else has to let them in.

    Raises what `open_room` does.
    """
    room = open_room(opener=opener, wish=wish).room
    Participant.objects.get_or_create(
        room=room,
        visitor=visitor.digest,
        defaults={
            "person_id": visitor.person_id, "role": Role.OWNER.value, "state": ParticipantState.ADMITTED.value,
        },
    )  # fmt: skip
    return room


def open_for(*, host_id: UUID | None, wish: RoomWish, visitor: Visitor | None = None) -> Room:
    """Open a room in the pool where its host belongs, such as that of schools; a `visitor` is its owner at once.

    Where the tenant has as many rooms as it may, the room is one of everybody's. Raises BadName, BadSize.
    """
    tenant = tenant_for(person_id=host_id)
    everybody = Opener(pool=public_pool(), owner_id=host_id)
    if tenant is None:
        return _opened(everybody, wish, visitor)
    try:
        return _opened(Opener(pool=tenant.pool, tenant=tenant, owner_id=host_id), wish, visitor)
    except TooManyRooms:
        return _opened(everybody, wish, visitor)


def _opened(opener: Opener, wish: RoomWish, visitor: Visitor | None) -> Room:
    if visitor is None:
        return open_room(opener=opener, wish=wish).room
    return open_as_host(opener=opener, wish=wish, visitor=visitor)


@transaction.atomic
def end_room(*, room_id: UUID) -> bool:
    """End a room for all who are in it, and give back its place; return False when it had ended before."""
    room = ledger.lock_room(room_id)
    if room.ended_at is not None:
        return False
    ledger.end_placements(room.pk, reason=EndReason.ROOM_ENDED)
    tell_gateways(room.pk, ChangeKind.ENDED)
    Participant.objects.present().filter(room=room).update(
        state=ParticipantState.LEFT.value, left_at=Now(), ticket=None, session_digest=""
    )
    Participant.objects.filter(room=room).exclude(ticket=None).update(ticket=None)
    Room.objects.filter(pk=room.pk).update(ended_at=Now(), heads=0, mode=RoomMode.P2P.value, queued_at=None)
    tenant_events.meeting_ended(room)
    return True


def _check_sizes(wish: RoomWish) -> None:
    if not 1 <= wish.most_heads <= MOST_HEADS:
        raise BadSize
    if wish.size_hint is not None and not 1 <= wish.size_hint <= wish.most_heads:
        raise BadSize


def _name_of(wish: RoomWish) -> str:
    if wish.drawn:
        return wish.drawn
    if not wish.name:
        return drawn_name(secrets.token_bytes(ENTROPY_BYTES))
    return chosen_name(wish.name, has_lobby=wish.has_lobby, needs_login=wish.needs_login)


def _found_or_made(wish: RoomWish, opener: Opener) -> tuple[Room, bool]:
    """Return the open room of that name, its row locked, and whether it was made here."""
    made = Room(
        name=_name_of(wish),
        is_chosen=bool(wish.name),
        tenant=opener.tenant,
        pool=opener.pool,
        owner_id=opener.owner_id,
        size_hint=wish.size_hint,
        most_heads=wish.most_heads,
        has_lobby=wish.has_lobby,
        needs_login=wish.needs_login,
        is_e2ee=wish.is_e2ee,
        can_p2p=wish.can_p2p,
    )
    while True:
        # The constraint waits for whoever opens the same name now, and then leaves ours out.
        insert_rows([made], ignore_conflicts=True)
        room = Room.objects.select_for_update(no_key=True).open().filter(name=made.name).first()
        # None: the one that was in our way has ended since.
        if room is not None:
            return room, room.pk == made.pk


def _check_tenant(tenant: Tenant) -> None:
    # Locked, so that two rooms at once cannot both be the last one.
    bound = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk).most_rooms
    if Room.objects.open().filter(tenant=tenant).count() > bound:
        raise TooManyRooms
