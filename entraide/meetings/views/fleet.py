"""The operator's pages of the fleet of media servers, and the public one of what it has left."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation.http_cache import public_page
from entraide.meetings import labels
from entraide.meetings.actions import fleet as actions
from entraide.meetings.forms.fleet import DrainForm
from entraide.meetings.queries.overview import FleetNow, Happening, NodeNow, fleet_now, happened_last, rooms_on
from entraide.meetings.rules.load import UNKNOWN_HEADS
from entraide.meetings.rules.words import Standing

HAPPENED_SHOWN = 20
NOW_PART = "now"


@accounts.operator_page
@require_safe
def fleet(request: HttpRequest) -> HttpResponse:
    """Show pools, nodes and what happens to meetings, as it happens; never whose meetings they are."""
    found = fleet_now()
    context = {
        "fleet": found,
        "nodes": [(node, _shown(node)) for node in found.nodes],
        "happened": _told(happened_last(most=HAPPENED_SHOWN)),
        "usual": UNKNOWN_HEADS,
    }
    is_part = request.GET.get("part") == NOW_PART
    return render(request, "meetings/parts/fleet_now.html" if is_part else "meetings/fleet.html", context)


@accounts.operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def node(request: HttpRequest, name: str) -> HttpResponse:
    """Show one node, its meetings and what happened to it; drain it, or let it get meetings again."""
    found = next((each for each in fleet_now().nodes if each.name == name), None)
    if found is None:
        raise Http404
    form = DrainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _change(request, found, form)
        return redirect("meetings:node", name=name)
    context = {
        "node": found,
        "shown": _shown(found),
        "rooms": rooms_on(found.id),
        "happened": _told(happened_last(most=HAPPENED_SHOWN, node_id=found.id)),
        "form": form,
        "is_draining": found.standing is Standing.DRAINING,
    }
    return render(request, "meetings/node.html", context, status=400 if form.errors else 200)


@public_page(s_maxage=15)
@require_safe
def capacity(request: HttpRequest) -> HttpResponse:
    """Tell everybody whether a meeting of three or more finds a place now. Two need none."""
    found = fleet_now()
    context = {
        "state": _capacity(found),
        "rooms_left": sum(pool.rooms_left for pool in found.pools),
        "in_line": sum(pool.in_line for pool in found.pools),
        "people": found.on_servers + found.in_pairs,
        "in_pairs": found.in_pairs,
        "servers": sum(pool.ready for pool in found.pools),
        "usual": UNKNOWN_HEADS,
        "now": clock.now(),
    }
    return render(request, "meetings/capacity.html", context)


def _capacity(fleet: FleetNow) -> str:
    """Return in a word how much is left: "none" without a server, "line" when meetings wait, "little", "room"."""
    if not any(pool.ready for pool in fleet.pools):
        return "none"
    if any(pool.in_line for pool in fleet.pools) or not any(pool.rooms_left for pool in fleet.pools):
        return "line"
    usable, load = sum(pool.usable_pps for pool in fleet.pools), sum(pool.load_pps for pool in fleet.pools)
    return "little" if load * 100 > usable * 80 else "room"


def _change(request: HttpRequest, node: NodeNow, form: DrainForm) -> None:
    deed = accounts.deed_of(request, now=clock.now())
    if request.POST.get("serve"):
        actions.put_in_service(node_id=node.id, deed=deed)
        messages.success(request, gettext("The server gets meetings again."))
        return
    minutes = form.cleaned_data["minutes"]
    deadline = None if minutes is None else clock.now() + timedelta(minutes=minutes)
    actions.drain_node(node_id=node.id, deadline=deadline, deed=deed)
    messages.success(request, gettext("The server gets no more meetings."))


def _shown(node: NodeNow) -> Mapping[str, object]:
    return {
        "health": labels.HEALTHS[node.health.value],
        "tone": labels.HEALTH_TONES[node.health.value],
        "standing": labels.STANDINGS[node.standing.value],
        "is_strained": node.rung > 0,
    }


def _told(happened: list[Happening]) -> list[tuple[Happening, str]]:
    """Return what happened in words; of a server that changed, what it is now."""
    return [(each, capfirst(str(labels.STATES.get(each.to) or labels.HAPPENED[each.what]))) for each in happened]
