"""Adding slots by repetition, changing one, cancelling one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.guard import api as guard
from entraide.volunteering import dates
from entraide.volunteering.actions import slots as actions
from entraide.volunteering.actions.rescheduling import SlotChangedMeanwhile, SlotShape, change_slot
from entraide.volunteering.forms.deciding import MessageForm
from entraide.volunteering.forms.posting import SlotForm, SlotsForm, shown_slot
from entraide.volunteering.models import Slot
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.zones import local_day, zone_of
from entraide.volunteering.views.desk.access import desk_page, mission_of_desk, slot_of_desk
from entraide.volunteering.views.desk.door import code_context
from entraide.volunteering.views.desk.missions import people_line, told_line


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def add_slots(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> HttpResponse:
    """Add one slot or a series to a mission."""
    mission = mission_of_desk(request, organisation_id, mission_id)
    now = clock.now()
    initial = {
        "first_on": local_day(now, departement_code=mission.departement_code) + timedelta(days=1),
        "starts": "09:00",
        "ends": "12:00",
        "capacity": mission.template.capacity,
        "key": uuid4(),
    }
    form = SlotsForm(request.POST if request.method == "POST" else None, initial=initial)
    windows = form.windows(departement=mission.departement_code, now=now) if form.is_bound and form.is_valid() else ()
    if windows:
        place = mission.places.first()
        new = actions.NewSlots(
            windows=windows,
            capacity_max=form.cleaned_data["capacity"],
            place_id=place.pk if place else None,
            role=form.cleaned_data["role"],
            meet_before=form.meets_before,
        )
        try:
            count = _add_once(accounts.acting_in(request), mission_id, new, key=str(form.cleaned_data["key"]), now=now)
        except actions.SlotNotChangeable:
            messages.error(request, gettext("This mission is finished: post a new one."))
        else:
            said = ngettext("%(count)d slot was added.", "%(count)d slots were added.", count)
            messages.success(request, said % {"count": count})
        return redirect("volunteering:desk-mission", organisation_id, mission_id)
    context = {"organisation": mission.organisation, "mission": mission, "form": form}
    return render(request, "volunteering/desk/add_slots.html", context, status=400 if form.errors else 200)


def _add_once(acting: accounts.Acting, mission_id: UUID, new: actions.NewSlots, *, key: str, now: datetime) -> int:
    """Add slots unless this key did so before; return how many were added then or now."""

    def write() -> guard.Answer:
        made = actions.add_slots(acting=acting, mission_id=mission_id, slots=new, now=now)
        return guard.Answer(201, {"count": len(made)})

    answer = guard.once(scope=f"slots of {mission_id}", key=key, content=b"", write=write)
    return int(answer.body["count"])


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def slot(request: HttpRequest, organisation_id: UUID, slot_id: UUID) -> HttpResponse:
    """Change a slot's time and places, saying first who will be told. Of two managers the second is told."""
    found = slot_of_desk(request, organisation_id, slot_id)
    form = SlotForm(request.POST if request.method == "POST" else None, initial=shown_slot(found, found.mission))
    if not form.is_bound or not form.is_valid():
        return _slot_page(request, found, form, 400 if form.errors else 200)
    data = form.cleaned_data
    seen = SlotShape(Window(data["seen_starts"], data["seen_ends"]), data["seen_capacity"])
    wanted = SlotShape(_window(form, found), data["capacity"])
    try:
        change_slot(acting=accounts.acting_in(request), slot_id=slot_id, seen=seen, wanted=wanted, now=clock.now())
    except SlotChangedMeanwhile as change:
        now_shown = shown_slot(change.slot, found.mission)
        kept = {**request.POST.dict(), **{key: value for key, value in now_shown.items() if key.startswith("seen_")}}
        again = SlotForm(kept)
        again.is_valid()
        again.add_error(None, _changed(change.slot, found.mission.departement_code))
        return _slot_page(request, found, again, 409)
    except actions.CapacityTaken as taken:
        form.add_error(
            "capacity",
            gettext("%(count)d places are taken or held: refuse or cancel some first.") % {"count": taken.occupied},
        )
    except actions.BadWindow:
        form.add_error("day", gettext("Choose a time that is still ahead and lasts less than a day."))
    except actions.SlotNotChangeable:
        form.add_error(None, gettext("This slot has begun, was cancelled, or its mission is finished."))
    else:
        messages.success(request, gettext("The slot was changed, and those who have a place are told of its new time."))
        return redirect("volunteering:desk-mission", organisation_id, found.mission_id)
    return _slot_page(request, found, form, 400)


def _slot_page(request: HttpRequest, found: Slot, form: SlotForm, status: int) -> HttpResponse:
    context = {
        "organisation_id": found.mission.organisation_id,
        "mission": found.mission,
        "slot": found,
        "form": form,
        "people_line": people_line(queries.expected_at(slot_ids=[found.pk], now=clock.now())),
        **code_context(found),
    }
    return render(request, "volunteering/desk/slot.html", context, status=status)


def _window(form: SlotForm, found: Slot) -> Window:
    data, zone = form.cleaned_data, zone_of(found.mission.departement_code)
    last = data["day"] if data["ends"] > data["starts"] else data["day"] + timedelta(days=1)
    return Window(
        datetime.combine(data["day"], data["starts"], zone).astimezone(UTC),
        datetime.combine(last, data["ends"], zone).astimezone(UTC),
    )


def _changed(slot: Slot, departement: str) -> str:
    return gettext(
        "Somebody changed this slot meanwhile: it is now on %(when)s with %(places)d places. Your values are kept "
        "below; send them again to put them in its place."
    ) % {"when": dates.slot_text(slot.starts_at, slot.ends_at, departement=departement), "places": slot.capacity_max}


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_slot(request: HttpRequest, organisation_id: UUID, slot_id: UUID) -> HttpResponse:
    """Say who will be told, ask for a message to them, then cancel one slot."""
    found = slot_of_desk(request, organisation_id, slot_id)
    now = clock.now()
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            told = actions.cancel_slot(
                acting=accounts.acting_in(request), slot_id=slot_id, text=form.cleaned_data["text"], now=now
            )
        except actions.SlotNotChangeable:
            messages.error(request, gettext("Nothing was changed: this slot is over."))
        else:
            messages.success(request, told_line(told))
        return redirect("volunteering:desk-mission", organisation_id, found.mission_id)
    when = dates.slot_text(found.starts_at, found.ends_at, departement=found.mission.departement_code)
    context = {
        "title": gettext("Cancel this slot?"),
        "text": f"{found.mission.title} – {when}",
        "consequences": [people_line(queries.expected_at(slot_ids=[slot_id], now=now))],
        "form": form,
        "action_label": gettext("Cancel the slot"),
        "danger": True,
        "cancel_url": reverse("volunteering:desk-mission", args=[organisation_id, found.mission_id]),
    }
    return render(request, "foundation/confirm.html", context, status=400 if form.errors else 200)
