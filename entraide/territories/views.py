"""Completion: the communes that a typed text may mean, as JSON or as the options of a list."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entraide.foundation import problems
from entraide.foundation.http_cache import public_page
from entraide.foundation.problems import FieldProblem, Problem
from entraide.territories import queries, rules
from entraide.territories.queries import Suggestion

# Names and postcodes change once a year.
KEPT_SECONDS = 86_400


class CommuneFound(msgspec.Struct, frozen=True):
    """A commune offered. `label` typed into a form leads back to this commune alone."""

    code: str
    name: str
    label: str
    departement: str
    population: int
    latitude: float | None
    longitude: float | None
    point_quality: str
    postcode: str
    known_as: str


class Completion(msgspec.Struct, frozen=True):
    """The answer to a completion."""

    communes: list[CommuneFound]


@require_safe
@public_page(s_maxage=KEPT_SECONDS)
def complete(request: HttpRequest) -> HttpResponse:
    """Answer `?q=` with at most ten communes, best first; `&as=options` gives the options of a listbox instead.

    The form is asked for in the address, not by a header, since a public answer varies on nothing.
    """
    text, form = request.GET.get("q", ""), request.GET.get("as", "json")
    refused = _refusal(text, form)
    if refused:
        return HttpResponse(problems.encode(refused), status=refused.status, content_type=problems.MEDIA_TYPE)
    found = queries.suggestions(text=text)
    if form == "options":
        return HttpResponse(render_to_string("territories/options.html", {"suggestions": found}))
    body = msgspec.json.encode(Completion([_found(suggestion) for suggestion in found]))
    return HttpResponse(body, content_type="application/json")


def _refusal(text: str, form: str) -> Problem | None:
    errors = []
    if len(text) > rules.LONGEST_TEXT:
        longest = rules.LONGEST_TEXT
        errors.append(FieldProblem("q", "too_long", _("Use at most %(longest)d characters.") % {"longest": longest}))
    elif rules.has_control_characters(text):
        errors.append(FieldProblem("q", "control_characters", _("Use letters, figures and punctuation only.")))
    if form not in ("json", "options"):
        errors.append(FieldProblem("as", "unknown", _("Use json or options.")))
    if not errors:
        return None
    return Problem(400, "invalid", _("The request is not valid."), errors=errors)


def _found(suggestion: Suggestion) -> CommuneFound:
    commune = suggestion.commune
    return CommuneFound(
        code=commune.code,
        name=commune.name,
        label=commune.label,
        departement=commune.departement.name,
        population=commune.population,
        latitude=commune.latitude,
        longitude=commune.longitude,
        point_quality=commune.point_quality,
        postcode=suggestion.postcode,
        known_as=suggestion.known_as,
    )
