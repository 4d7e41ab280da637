"""Posting a mission: choose a template, fill in five things more, look at it, send it."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.crises import api as crises
from entraide.foundation import clock, localised
from entraide.guard import api as guard
from entraide.territories import api as territories
from entraide.volunteering.actions import publishing
from entraide.volunteering.actions.missions import NewMission, NewPlace, create_mission
from entraide.volunteering.forms.posting import MissionForm, defaults
from entraide.volunteering.labels import KINDS
from entraide.volunteering.models import Template
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.rules.publication import Draft, problems, state_after_submission
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.rules.words import Admission, Mode
from entraide.volunteering.views.desk.access import desk_page


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_mission(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show the templates, then the form of the one chosen, then what it would make, then make it."""
    organisation = accounts.Organisation.objects.get(pk=organisation_id)
    template = _template(request)
    if template is None:
        return _choose(request, organisation)
    now = clock.now()
    if request.method != "POST":
        commune = territories.commune(organisation.commune)
        initial = defaults(template=template, commune=commune, today=timezone.localdate(now))
        return _form_page(request, organisation, template, MissionForm(template=template, initial=initial))
    form = MissionForm(request.POST, template=template)
    windows = form.windows(departement=_departement(form, organisation), now=now) if form.is_valid() else ()
    step = request.POST.get("step")
    if not windows or step not in ("preview", "publish", "draft"):
        return _form_page(request, organisation, template, form)
    if step == "preview":
        return _preview(request, organisation, template, form, windows, now)
    return _create(request, organisation, template, form, windows, now)


def _template(request: HttpRequest) -> Template | None:
    wanted = request.POST.get("template") or request.GET.get("template") or ""
    return next((each for each in queries.templates_on_offer() if str(each.pk) == wanted), None)


def _choose(request: HttpRequest, organisation: accounts.Organisation) -> HttpResponse:
    language = get_language() or "fr"
    kinds: dict[str, list[tuple[Template, str, str]]] = {kind: [] for kind in KINDS}
    for each in queries.templates_on_offer():
        texts = localised.text(each.title, language), localised.text(each.subtitle, language)
        kinds[each.kind].append((each, *texts))
    context = {
        "organisation": organisation,
        "kinds": [(KINDS[kind], rows) for kind, rows in kinds.items() if rows],
    }
    return render(request, "volunteering/desk/choose_template.html", context)


def _form_page(
    request: HttpRequest, organisation: accounts.Organisation, template: Template, form: MissionForm
) -> HttpResponse:
    context = {"organisation": organisation, "template": template, "form": form, **_texts(template)}
    return render(request, "volunteering/desk/new_mission.html", context, status=400 if form.errors else 200)


def _preview(
    request: HttpRequest,
    organisation: accounts.Organisation,
    template: Template,
    form: MissionForm,
    windows: tuple[Window, ...],
    now: datetime,
) -> HttpResponse:
    texts, departement = _texts(template), _departement(form, organisation)
    crisis = crises.crisis_of(departement, now)
    draft = Draft(
        title=texts["title"],
        description=texts["description"],
        mode=Mode(template.mode),
        has_place=form.commune_chosen is not None,
        upcoming_slots=len(windows),
        age_min=template.age_min,
        age_max=None,
        follows_template=True,
        is_called_for=crisis is None or crisis.limits.allows(template.domain),
    )
    target = state_after_submission(
        draft,
        organisation=publishing.standing_of(organisation.state),
        policy=publishing.policy_in_force(now, departement=departement),
    )
    context = {
        "organisation": organisation,
        "template": template,
        "form": form,
        "windows": windows,
        "departement": departement,
        "problems": problems(draft),
        "commune": form.commune_chosen,
        "places": form.cleaned_data["capacity"] * len(windows),
        "goes_online": target is MissionState.ONLINE,
        "is_barred": target is None,
        "requirements": [localised.text(each["label"], get_language() or "fr") for each in template.requirements],
        **texts,
    }
    return render(request, "volunteering/desk/preview_mission.html", context)


def _create(
    request: HttpRequest,
    organisation: accounts.Organisation,
    template: Template,
    form: MissionForm,
    windows: tuple[Window, ...],
    now: datetime,
) -> HttpResponse:
    """Make the mission once for its key: a second click or a retry leads to the same one."""
    acting, submits = accounts.acting_in(request), request.POST.get("step") == "publish"

    def write() -> guard.Answer:
        mission = create_mission(acting=acting, new=_new(organisation, template, form, windows), now=now)
        state = MissionState.DRAFT
        if submits:
            state = publishing.submit_mission(acting=acting, mission_id=mission.pk, now=now)
        return guard.Answer(201, {"mission": str(mission.pk), "state": state.value})

    try:
        with transaction.atomic():
            key = str(form.cleaned_data["key"])
            made = guard.once(scope=f"mission of {organisation.pk}", key=key, content=b"", write=write).body
    except publishing.OrganisationBarred:
        messages.error(request, gettext("Your organisation cannot post missions at the moment."))
        return _form_page(request, organisation, template, form)
    except publishing.Incomplete as incomplete:
        for problem in incomplete.problems:
            form.add_error(None, gettext(problem.message))
        return _form_page(request, organisation, template, form)
    said = {
        MissionState.ONLINE.value: gettext("Your mission is online. Volunteers can see it now."),
        MissionState.SUBMITTED.value: gettext("Your mission was sent. A referent of the territory reads it first."),
        MissionState.DRAFT.value: gettext("Your draft was saved. Nobody sees it before you send it."),
    }
    messages.success(request, said[made["state"]])
    return redirect("volunteering:desk-mission", organisation.pk, made["mission"])


def _new(
    organisation: accounts.Organisation, template: Template, form: MissionForm, windows: tuple[Window, ...]
) -> NewMission:
    data, commune = form.cleaned_data, form.commune_chosen
    place = None
    if commune is not None:
        place = NewPlace(
            commune_code=commune.code, postcode=territories.first_postcode(commune), street=data.get("street", "")
        )
    return NewMission(
        organisation_id=organisation.pk,
        template_id=template.pk,
        windows=windows,
        capacity=data["capacity"],
        place=place,
        admission=Admission(data["admission"]),
        language=get_language() or "fr",
    )


def _departement(form: MissionForm, organisation: accounts.Organisation) -> str:
    commune = form.commune_chosen
    return commune.departement_id if commune else organisation.departement


def _texts(template: Template) -> dict[str, str]:
    language = get_language() or "fr"
    return {
        name: localised.text(cast("dict[str, str]", getattr(template, name)), language)
        for name in ("title", "subtitle", "objective", "description")
    }
