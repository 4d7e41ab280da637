"""The pages that everybody reads: the list of missions and each mission. Anonymous, kept by shared caches."""

from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entraide.foundation import clock, localised
from entraide.foundation.http_cache import public_page
from entraide.volunteering import asked, labels
from entraide.volunteering.addresses import address, page_address
from entraide.volunteering.dates import period_text
from entraide.volunteering.linked import linked_data
from entraide.volunteering.queries.meaning import filtered, meant_by
from entraide.volunteering.queries.mission_page import MissionPage, mission_page
from entraide.volunteering.rules.mission_search import LEAST_PLACES, RADII, MissionSearch, read_search
from entraide.volunteering.rules.search_address import USUAL_RADIUS
from entraide.volunteering.rules.words import Admission
from entraide.volunteering.views.facets import facets
from entraide.volunteering.views.listing import listing
from entraide.volunteering.views.slots import slot_days

LIST = "volunteering/missions.html"
CHOICES = "volunteering/parts/facets.html"
# Parts for the page's own script, each at an address of its own, so that caches need no Vary: the lines of the list,
# wanted at every letter, and the choices beside it with their counts, wanted when the fingers rest.
# The first lines near a place stand on the home page.
LINES_PART, CHOICES_PART, NEAR_PART = "results", "choices", "near"
NEAR = "volunteering/parts/near.html"
NEAR_SHOWN = 3


@public_page(s_maxage=15)
@require_safe
def missions(request: HttpRequest) -> HttpResponse:
    """List the missions where somebody may still come; the whole search is in the address."""
    search = read_search(request.GET)
    if request.GET.get("explain") == "1":
        # Why lines come in this order is told to those who moderate, on a page of theirs: this one knows nobody.
        return redirect(f"{reverse('volunteering:explained')}{search.query(after=search.after)}")
    now, part = clock.now(), request.GET.get("part")
    if part == CHOICES_PART:
        wanted = filtered(search, meant_by(search), language=_language(), now=now)
        return render(request, CHOICES, {"facets": facets(search=search, wanted=wanted, now=now), "is_part": True})
    found = listing(search=search, language=_language(), now=now)
    if part == NEAR_PART:
        return render(request, NEAR, {"cards": found.cards[:NEAR_SHOWN] if found.place else ()})
    if search.text and not search.after:
        is_typed = request.GET.get("typing") == "1"
        asked.note(text=search.text, language=_language(), found=found.count, is_typed=is_typed)
    context = {"listing": found, "search": search}
    if part == LINES_PART:
        response = render(request, f"{LIST}#results", {**context, "is_part": True})
        response["HX-Push-Url"] = f"{reverse('volunteering:missions')}{search.query(after=search.after)}"
        return response
    choices = facets(search=search, wanted=found.wanted, now=now)
    return render(request, LIST, {**context, "facets": choices, **_CHOICES})


_CHOICES = {
    "orders": labels.ORDERS.items(),
    "radii": RADII,
    "usual_radius": USUAL_RADIUS,
    "least_places": LEAST_PLACES,
}


@public_page(s_maxage=10)
@require_safe
def mission(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """Show one mission: what, where, when, with whom, and what is required."""
    language = _language()
    found = mission_page(mission_id=mission_id, now=clock.now())
    if found is None:
        raise Http404
    return render(request, "volunteering/mission.html", _mission_context(found, language))


def _mission_context(found: MissionPage, language: str) -> dict[str, object]:
    near = MissionSearch(where=f"{found.commune} ({found.departement})" if found.commune else "")
    return {
        "mission": found,
        "text_language": "" if found.language == language else found.language,
        "kind": labels.called(labels.KINDS, found.kind),
        "mode": labels.called(labels.MODES, found.mode),
        "details": tuple(_details(found)),
        "accessibility": [labels.called(labels.ACCESSES, word) for word in found.accessibility],
        "publics": [labels.called(labels.PUBLICS, public) for public in found.publics or ("any_public",)],
        "ages": ages_text(found.age_min, found.age_max),
        "objective": localised.text(found.objective, language),
        "requirements": tuple(found.requirement_labels(language)),
        "groups_welcome": found.groups_welcome,
        "safety": [localised.text(line, language) for line in found.safety],
        "checked": _("Checked by the platform") if found.organisation_checked else "",
        "places": list(found.places.values()),
        "days": slot_days(found, language=language),
        "places_left": sum(slot.places_left for slot in found.slots if slot.joinable),
        "invitation": found.admission == Admission.INVITATION,
        "linked": linked_data(found, path=address("mission", found.id, language=language), language=language)
        if found.is_open
        else "",
        "partner": _at_partner(found) if found.partner else None,
        "near_path": page_address("missions", language=language) + near.query(),
    }


def _details(found: MissionPage) -> list[str]:
    """Return what the organisation added about who it suits, how often and who insures."""
    lines = [labels.called(labels.WELCOMES, word) for word in found.welcomes]
    lines = [_("It suits: %(whom)s") % {"whom": ", ".join(lines).lower()}] if lines else []
    if found.rhythm:
        often = labels.called(labels.RHYTHMS, found.rhythm)
        times = found.least_times
        least = ngettext("at least %(times)s time", "at least %(times)s times", times or 0) % {"times": times}
        lines.append(f"{often}, {least}" if times else often)
    if found.insurance:
        lines.append(labels.called(labels.INSURANCES, found.insurance))
    return lines


def _at_partner(found: MissionPage) -> dict[str, str]:
    """Return what is told of a mission that one applies to on another site."""
    count = found.mission_places_left
    return {
        "when": period_text(found.starts_at, found.ends_at, departement=found.departement),
        "places": ngettext("%(count)s place left", "%(count)s places left", count) % {"count": count},
        "host": urlsplit(found.apply_url).hostname or "",
    }


def ages_text(age_min: int, age_max: int | None) -> str:
    """Return who is old enough and not too old, in words."""
    if age_max is not None:
        return _("Between %(age_min)s and %(age_max)s years old") % {"age_min": age_min, "age_max": age_max}
    return _("At least %(age_min)s years old") % {"age_min": age_min} if age_min else _("At any age")


def _language() -> str:
    return get_language() or "fr"


@public_page(s_maxage=3600)
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that nothing is kept any more; the same for everyone."""
    return render(request, "volunteering/erased.html")
