"""The sign-up pages: the form, which anyone's cache may keep, the same form with what to correct, and the thanks.

None of them writes: the form is sent to the intake, which answers after its commit or sends the browser back here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from entraide.foundation import clock
from entraide.foundation.http_cache import no_store, public_page
from entraide.guard import api as guard
from entraide.volunteering.models import Mission, Slot
from entraide.volunteering.rules.signup import (
    FIELDS,
    LISTS,
    NAME_MAX,
    CheckedSignUp,
    Problem,
    SignUpForm,
    check,
    read_mission,
    read_slot,
)
from entraide.volunteering.rules.zones import local_day
from entraide.volunteering.signup_notices import sign_in_path

INTAKE = "/v1/signups"


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the page draws it. `error` is a sentence, empty when nothing is wrong."""

    name: str
    label: str
    help: str = ""
    type: str = "text"
    autocomplete: str = ""
    inputmode: str = ""
    maxlength: int = 0
    value: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose before they signed up; `slot` is None when it is a mission without a slot."""

    mission: Mission
    slot: Slot | None


@require_GET
@public_page(s_maxage=60)
def signup(request: HttpRequest) -> HttpResponse:
    """Show the form. The slot or mission chosen comes in the query and travels on as a hidden field.

    Whoever was sent to sign in first brings the slot within `next`, the address that they wanted.
    """
    chosen = {name: request.GET.get(name, "") for name in ("slot", "mission")}
    given = SignUpForm(**(chosen if any(chosen.values()) else _wanted_at(request.GET.get("next", ""))))
    return _form_page(request, given, errors={})


@require_GET
@public_page(s_maxage=3600)
def received(request: HttpRequest) -> HttpResponse:
    """Say that the sign-up is kept and what comes next. It is the same for everyone and reads nothing."""
    return render(request, "volunteering/signup/received.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """Show the form again with what was typed and what is wrong with it.

    The intake sends the browser here with 307, so that it posts the form once more. Nothing is written, which is why
    the page needs no token; whoever opens the address otherwise gets the empty form.
    """
    if request.method != "POST":
        return redirect("volunteering:signup")
    fields: dict[str, object] = {name: request.POST.get(name, "") for name in FIELDS}
    fields |= {name: request.POST.getlist(name) for name in LISTS}
    given = SignUpForm.from_fields({**fields, "locale": get_language()})
    checked = check(given, today=local_day(clock.now()))
    problems = () if isinstance(checked, CheckedSignUp) else checked
    errors = {problem.field.removesuffix("_id"): _(problem.message) % problem.values for problem in problems}
    if isinstance(checked, CheckedSignUp) and settings.MAIL_DOMAINS.refuses(guard.domain_of(checked.email)):
        errors["email"] = _("This address is a throwaway one. Enter one that you will keep: it is where we call you.")
    return no_store(_form_page(request, given, errors=errors, status=422 if errors else 200, again=True))


def _wanted_at(address: str) -> dict[str, str]:
    """Return the slot or mission that an address of ours is about."""
    try:
        found = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        return {}
    kind = {"volunteering:join": "slot", "volunteering:mission": "mission"}.get(found.view_name)
    return {kind: str(next(iter((*found.args, *found.kwargs.values())), ""))} if kind else {}


def _form_page(
    request: HttpRequest, given: SignUpForm, *, errors: Mapping[str, str], status: int = 200, again: bool = False
) -> HttpResponse:
    shown = _fields(given, errors)
    names = {field.name for field in shown} | {"consent"}
    slot_id, mission_id = _identifier(read_slot, given.slot), _identifier(read_mission, given.mission)
    context = {
        "fields": shown,
        "consent_given": bool(given.consent),
        "consent_error": errors.get("consent", ""),
        "other_errors": [sentence for name, sentence in errors.items() if name not in names],
        "error_count": len(errors),
        "again": again,
        "choice": _choice(slot_id, mission_id),
        "sign_in_url": sign_in_path(language=get_language() or "fr", slot_id=slot_id, mission_id=mission_id),
        "carried": _carried(given, errors),
        "intake": INTAKE,
    }
    return render(request, "volunteering/signup/form.html", context, status=status)


def _fields(given: SignUpForm, errors: Mapping[str, str]) -> list[Field]:
    asked = [
        Field("first_name", _("First name"), autocomplete="given-name", maxlength=NAME_MAX),
        Field("last_name", _("Last name"), autocomplete="family-name", maxlength=NAME_MAX),
        Field(
            "email",
            _("E-mail address"),
            help=_("We send you a code there. Nobody else sees it."),
            type="email",
            autocomplete="email",
            inputmode="email",
            maxlength=254,
        ),
        Field(
            "birth_date",
            _("Date of birth"),
            help=_("Some missions have a minimum age. You can sign up from the age of 16."),
            type="date",
            autocomplete="bday",
        ),
        Field(
            "postcode",
            _("Postcode"),
            help=_("To show you what is needed near you, such as 67000."),
            autocomplete="postal-code",
            inputmode="numeric",
            maxlength=10,
        ),
    ]
    return [
        Field(
            field.name,
            field.label,
            field.help,
            field.type,
            field.autocomplete,
            field.inputmode,
            field.maxlength,
            value=str(getattr(given, field.name)),
            error=errors.get(field.name, ""),
        )
        for field in asked
    ]


def _carried(given: SignUpForm, errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what travels on unseen, except what is wrong: nobody could correct it."""
    pairs = [(name, getattr(given, name)) for name in ("slot", "mission", "phone")]
    pairs += [(name, item) for name in LISTS for item in getattr(given, name)]
    return [(name, value) for name, value in pairs if value and name not in errors]


def _choice(slot_id: UUID | None, mission_id: UUID | None) -> Choice | None:
    if slot_id:
        slot = Slot.objects.select_related("mission").filter(pk=slot_id, mission__in=Mission.objects.public()).first()
        return Choice(slot.mission, slot) if slot else None
    mission = Mission.objects.public().filter(pk=mission_id).first() if mission_id else None
    return Choice(mission, None) if mission else None


def _identifier(read: Callable[[str], UUID | None], text: str) -> UUID | None:
    try:
        return read(text)
    except Problem:
        return None
