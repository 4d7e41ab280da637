"""Opening a crisis, changing its level after seeing what moves, changing its banner."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.crises import api as crises
from entraide.foundation import clock, localised
from entraide.foundation.http_cache import private_page
from entraide.foundation.paging import from_the_start, page_of
from entraide.journal import api as journal
from entraide.pages.operator import labels
from entraide.pages.operator.access import coordinated_crisis
from entraide.pages.operator.entries import shown, told
from entraide.pages.operator.forms import BannerForm, LevelForm, LimitsForm, OpeningForm
from entraide.volunteering.api import DOMAINS


@accounts.operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def open_crisis(request: HttpRequest) -> HttpResponse:
    """Ask for a new crisis, show what it would move, then open it."""
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid() or request.POST.get("step") == "back":
        return render(request, "pages/operator/open_crisis.html", {"form": form}, status=_status(form))
    now, opening = clock.now(), form.opening()
    if request.POST.get("step") == "confirm":
        actor, role = accounts.journal_actor(request)
        try:
            with transaction.atomic():
                crisis = crises.open_crisis(opening=opening, actor=actor, role=role, now=now)
        except IntegrityError:
            form.add_error("name_fr", gettext("There is a crisis of this name already. Say when or where in the name."))
            return render(request, "pages/operator/open_crisis.html", {"form": form}, status=400)
        crises.forget()
        messages.success(request, gettext("The crisis is open and its banner is on every page."))
        return redirect("pages:operator-crisis", crisis.pk)
    after = crises.switches_if(crisis_id=None, zones=opening.zones, level=opening.level, now=now)
    context = {
        "form": form,
        "opening": opening,
        "level": labels.LEVELS[opening.level],
        "tone": labels.LEVEL_TONES[opening.level],
        "moves": labels.moves(before=crises.switches_where(zones=opening.zones, now=now), after=after),
    }
    return render(request, "pages/operator/open_crisis_preview.html", context)


@private_page
@from_the_start
@require_http_methods(["GET", "HEAD", "POST"])
def crisis(request: HttpRequest, crisis_id: UUID) -> HttpResponse:
    """Show a crisis, the levels that it may reach and its history; change its banner."""
    found = coordinated_crisis(request, crisis_id)
    form = BannerForm(request.POST if request.method == "POST" else None, initial=_banner_of(found))
    if form.is_bound and form.is_valid():
        try:
            _set_banner(request, found, form)
        except crises.ChangedMeanwhile:
            return _conflict(request, found, form)
        messages.success(request, gettext("The banner was changed. It reaches every page within seconds."))
        return redirect("pages:operator-crisis", found.pk)
    return _page(request, found, form, after=request.GET.get("after", ""))


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def level(request: HttpRequest, crisis_id: UUID) -> HttpResponse:
    """Show what a change of level would move, and make it."""
    found = coordinated_crisis(request, crisis_id)
    data = request.POST if request.method == "POST" else {**request.GET.dict(), "seen": found.level}
    form = LevelForm(data)
    if not form.is_valid():
        messages.error(request, gettext("Choose one of the levels below."))
        return _page(request, found, BannerForm(initial=_banner_of(found)), status=400)
    seen, wanted = crises.Level(form.cleaned_data["seen"]), crises.Level(form.cleaned_data["to"])
    now = clock.now()
    if request.method == "POST":
        return _change_level(request, found, seen, wanted)
    if wanted not in crises.next_levels(seen):
        messages.error(request, _not_next(found, wanted))
        return redirect("pages:operator-crisis", found.pk)
    after = crises.switches_if(crisis_id=found.pk, zones=found.zones, level=wanted, now=now)
    context = {
        "found": found,
        "name": _name(found),
        "from": _level_badge(seen),
        "to": _level_badge(wanted),
        "wanted": wanted.value,
        "moves": labels.moves(before=crises.switches_where(zones=found.zones, now=now), after=after),
    }
    return render(request, "pages/operator/level.html", context)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest, crisis_id: UUID) -> HttpResponse:
    """Show what a crisis allows of its missions, and change it. Of two operators, the second is told."""
    found = coordinated_crisis(request, crisis_id)
    initial = {
        "domains": found.allowed_domains,
        "age_min": found.age_min,
        "age_max": found.age_max,
        "seen": found.version,
    }
    form = LimitsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        actor, role = accounts.journal_actor(request)
        try:
            crises.set_limits(
                crisis_id=found.pk,
                seen_version=form.cleaned_data["seen"],
                limits=form.limits,
                actor=actor,
                role=role,
                now=clock.now(),
            )
        except crises.ChangedMeanwhile:
            messages.error(
                request, gettext("Somebody else changed this crisis meanwhile. Look at it, then change it again.")
            )
            return redirect("pages:operator-limits", found.pk)
        messages.success(request, gettext("The limits are in force from now on."))
        return redirect("pages:operator-crisis", found.pk)
    context = {"found": found, "name": _name(found), "form": form}
    return render(request, "pages/operator/limits.html", context, status=400 if form.errors else 200)


def _change_level(request: HttpRequest, found: crises.Crisis, seen: crises.Level, wanted: crises.Level) -> HttpResponse:
    actor, role = accounts.journal_actor(request)
    try:
        crises.change_level(crisis_id=found.pk, seen=seen, wanted=wanted, actor=actor, role=role, now=clock.now())
    except crises.LevelNotNext:
        messages.error(request, _not_next(found, wanted))
        return redirect("pages:operator-crisis", found.pk)
    crises.forget()
    messages.success(request, gettext("The level is now: %(level)s.") % {"level": labels.LEVELS[wanted]})
    return redirect("pages:operator-crisis", found.pk)


def _not_next(found: crises.Crisis, wanted: crises.Level) -> str:
    """Say why a level was not reached: what it is now, since when, and that nothing was done."""
    return gettext(
        "Nothing was changed: “%(wanted)s” does not follow the present level. It is “%(now)s” since %(since)s; "
        "somebody else may have changed it meanwhile. The history below says who."
    ) % {
        "wanted": labels.LEVELS[wanted],
        "now": labels.LEVELS[found.level],
        "since": told(found.level_changed_at),
    }


def _set_banner(request: HttpRequest, found: crises.Crisis, form: BannerForm) -> None:
    actor, role = accounts.journal_actor(request)
    crises.set_banner(
        crisis_id=found.pk,
        seen_version=form.cleaned_data["seen"],
        banner=form.banner,
        actor=actor,
        role=role,
        now=clock.now(),
    )
    crises.forget()


def _conflict(request: HttpRequest, found: crises.Crisis, form: BannerForm) -> HttpResponse:
    """Keep what the second operator wrote, show what the first one did, and let the second decide."""
    kept = BannerForm({**request.POST.dict(), "seen": found.version})
    kept.is_valid()
    kept.add_error(
        None,
        gettext(
            "Somebody else changed this crisis while you were writing. Your text is kept below and is not published; "
            "the present banner stands above it. Send it again to put yours in its place."
        ),
    )
    return _page(request, found, kept, status=409)


def _page(
    request: HttpRequest, found: crises.Crisis, form: BannerForm, *, status: int = 0, after: str | None = None
) -> HttpResponse:
    """Answer with a crisis. Its history can be read on from its own page alone: `after` is None elsewhere."""
    history = journal.of_thing(thing_kind="crisis", thing_id=str(found.pk))
    entries = page_of(history, order=journal.NEWEST_FIRST, after=after or "")
    order = list(crises.Level)
    nexts = sorted(crises.next_levels(crises.Level(found.level)), key=order.index)
    context = {
        "found": found,
        "name": _name(found),
        "kind": labels.KINDS.get(found.kind, found.kind),
        "badge": _level_badge(found.level),
        "limits": _limits_of(found),
        "nexts": [(each.value, labels.LEVELS[each], labels.LEVEL_HELP[each]) for each in nexts],
        "is_closed": found.level == crises.Level.CLOSED,
        "form": form,
        "entries": shown(entries.rows),
        "after": None if after is None else entries.after,
    }
    return render(request, "pages/operator/crisis.html", context, status=status or _status(form))


def _banner_of(found: crises.Crisis) -> dict[str, object]:
    return {
        "banner_fr": found.banner.get("fr", ""),
        "banner_en": found.banner.get("en", ""),
        "seen": found.version,
    }


def _limits_of(found: crises.Crisis) -> list[str]:
    """Return what it allows of its missions, in sentences; nothing where it allows all."""
    said = []
    if found.allowed_domains:
        causes = ", ".join(str(DOMAINS.get(domain, domain)) for domain in found.allowed_domains)
        said.append(gettext("Only missions of these causes go online: %(causes)s.") % {"causes": causes})
    if found.age_min is not None:
        said.append(gettext("Who comes in person is at least %(age)d years old.") % {"age": found.age_min})
    if found.age_max is not None:
        said.append(gettext("Who comes in person is at most %(age)d years old.") % {"age": found.age_max})
    return said


def _level_badge(level: str) -> tuple[object, str]:
    return labels.LEVELS[level], labels.LEVEL_TONES[level]


def _name(found: crises.Crisis) -> str:
    return localised.text(found.name, get_language() or "fr")


def _status(form: OpeningForm | BannerForm) -> int:
    return 400 if form.errors else 200
