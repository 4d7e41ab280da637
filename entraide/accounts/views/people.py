"""The operator's pages about people: finding them, giving and taking back roles, suspending, erasing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entraide.accounts import notices
from entraide.accounts.actions.grants import LastOne, grant_role, revoke_role
from entraide.accounts.actions.people import NotActive, erase_person, reinstate_person, suspend_person
from entraide.accounts.forms.people import FindForm, GrantForm
from entraide.accounts.guards import operator_page
from entraide.accounts.middleware import acting_in, deed_of
from entraide.accounts.models import Grant, Person
from entraide.accounts.queries import held_roles, people_found, scope_name
from entraide.accounts.rules import PersonState, Role
from entraide.foundation import clock, pagination

ROWS = 50
DEEDS = {"suspend": suspend_person, "reinstate": reinstate_person, "erase": erase_person}


@operator_page
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Find people by name or address."""
    form = FindForm(request.GET)
    rows, after = [], None
    if form.is_valid():
        found = people_found(text=form.cleaned_data["q"])
        try:
            if cursor := request.GET.get("after"):
                found = found.filter(pk__lt=pagination.decode(cursor, UUID)[0])
        except pagination.BadCursor:
            return redirect("accounts:people")
        rows = list(found[: ROWS + 1])
        after = pagination.encode([rows[ROWS - 1].pk]) if len(rows) > ROWS else None
    context = {"form": form, "people": rows[:ROWS], "after": after}
    return render(request, "accounts/people.html", context, status=400 if form.errors else 200)


@operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show one person's roles and state to an operator, and give them a role."""
    found = get_object_or_404(Person, pk=person_id)
    now = clock.now()
    form = GrantForm(request.POST if request.method == "POST" else None, now=now)
    if form.is_bound and form.is_valid():
        _give_role(request, found, form)
        return redirect("accounts:person", person_id=found.pk)
    context = {
        "person": found,
        "state_label": Person.STATES[found.state],
        "mail_label": Person.MAIL_STATES[found.mail_state],
        "held": held_roles(person_id=found.pk, now=now),
        "form": form if found.state == PersonState.ACTIVE else None,
    }
    return render(request, "accounts/person.html", context, status=400 if form.errors else 200)


@operator_page
@require_POST
def take_back(request: HttpRequest, person_id: UUID, grant_id: UUID) -> HttpResponse:
    """Take a role back."""
    grant = get_object_or_404(Grant, pk=grant_id, person_id=person_id)
    try:
        revoke_role(grant_id=grant.pk, deed=deed_of(request, now=clock.now()))
    except LastOne:
        messages.error(request, gettext("Nobody would be left in this role. Give it to someone else first."))
    else:
        messages.success(request, gettext("The role was taken back; it counts no more from now on."))
    return redirect("accounts:person", person_id=person_id)


@operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def change_person(request: HttpRequest, person_id: UUID, deed: str) -> HttpResponse:
    """Ask, then suspend, reinstate or erase a person. Operators do not do this to themselves."""
    found = get_object_or_404(Person, pk=person_id)
    if found.pk == acting_in(request).person_id:
        messages.error(request, gettext("You cannot do this to yourself."))
        return redirect("accounts:person", person_id=found.pk)
    if request.method != "POST":
        return render(request, "accounts/change_person.html", {"person": found, "deed": deed})
    try:
        DEEDS[deed](person_id=found.pk, deed=deed_of(request, now=clock.now()))
    except NotActive:
        messages.error(request, gettext("This cannot be done in the state that the person is in now."))
    else:
        messages.success(request, gettext("Done."))
    return redirect("accounts:person", person_id=found.pk)


def _give_role(request: HttpRequest, found: Person, form: GrantForm) -> None:
    data = form.cleaned_data
    try:
        grant = grant_role(
            person_id=found.pk,
            role=Role(data["role"]),
            scope=data["scope"],
            deed=deed_of(request, now=clock.now()),
            expires_at=data["until"],
        )
    except NotActive:
        messages.error(request, gettext("Someone who is suspended or erased gets no role."))
        return
    notices.tell_new_role(grant=grant, scope_name=scope_name(data["scope"]))
    messages.success(request, gettext("The role was given, and the person is told by mail."))
