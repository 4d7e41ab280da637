"""The people of an organisation: inviting, accepting, removing."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST

from entraide.accounts.actions.grants import LastOne, revoke_role
from entraide.accounts.actions.invitations import (
    NotOpen,
    NotTheirs,
    accept_invitation,
    invite_member,
    open_invitation,
    take_back_invitation,
    welcome_invited,
)
from entraide.accounts.actions.people import Deed
from entraide.accounts.bounds import count_invitation
from entraide.accounts.forms.organisations import InvitationForm
from entraide.accounts.middleware import acting_in, deed_of, take_role
from entraide.accounts.models import Grant, Organisation
from entraide.accounts.queries import members as members_of
from entraide.accounts.queries import open_invitations
from entraide.accounts.rules import Role
from entraide.accounts.views.profile import person_id_of
from entraide.foundation import clock
from entraide.foundation.errors import too_many
from entraide.foundation.http_cache import no_store, private_page
from entraide.guard.api import Answer, TooMany, once


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """List an organisation's people; its managers invite others here."""
    organisation = get_object_or_404(Organisation, pk=organisation_id)
    acting = acting_in(request)
    if not (acting.belongs_to(organisation.pk) or acting.is_operator):
        raise PermissionDenied
    may_invite = acting.manages(organisation.pk)
    if request.method == "POST" and not may_invite:
        raise PermissionDenied
    now = clock.now()
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            count_invitation(person_id=acting.person_id, now=now)
        except TooMany as bound:
            return too_many(request, retry_after=bound.retry_after)
        _invite_once(organisation.pk, form, deed_of(request, now=now))
        messages.success(request, gettext("The invitation is on its way. It can be accepted within 14 days."))
        return redirect("accounts:members", organisation_id=organisation.pk)
    context = {
        "organisation": organisation,
        "members": [(each, Grant.ROLES[each.role]) for each in members_of(organisation_id=organisation.pk, now=now)],
        "invitations": [
            (each, Grant.ROLES[each.role]) for each in open_invitations(organisation_id=organisation.pk, now=now)
        ],
        "form": form if may_invite else None,
        "may_remove": may_invite or acting.is_operator,
    }
    return render(request, "accounts/members.html", context, status=400 if form.errors else 200)


def _invite_once(organisation_id: UUID, form: InvitationForm, deed: Deed) -> None:
    data = form.cleaned_data

    def write() -> Answer:
        invitation = invite_member(
            organisation_id=organisation_id,
            email=data["email"],
            role=Role(data["role"]),
            language=get_language() or "fr",
            deed=deed,
        )
        return Answer(201, {"invitation": str(invitation.pk)})

    once(scope=f"invitation of {organisation_id}", key=str(data["key"]), content=b"", write=write)


@private_page
@require_POST
def remove_member(request: HttpRequest, organisation_id: UUID, grant_id: UUID) -> HttpResponse:
    """Take a role in an organisation back; members may also leave by themselves."""
    grant = get_object_or_404(Grant.objects.of_organisation(organisation_id), pk=grant_id)
    acting = acting_in(request)
    if not (acting.manages(organisation_id) or acting.is_operator or grant.person_id == acting.person_id):
        raise PermissionDenied
    try:
        revoke_role(grant_id=grant.pk, deed=deed_of(request, now=clock.now()))
    except LastOne:
        messages.error(request, gettext("An organisation keeps at least one manager. Invite another one first."))
    else:
        messages.success(request, gettext("The role was taken back; it counts no more from now on."))
    if grant.person_id == acting.person_id:
        return redirect("accounts:roles")
    return redirect("accounts:members", organisation_id=organisation_id)


@private_page
@require_POST
def withdraw_invitation(request: HttpRequest, organisation_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Close an invitation that nobody accepted yet."""
    if not acting_in(request).manages(organisation_id):
        raise PermissionDenied
    try:
        take_back_invitation(
            invitation_id=invitation_id, organisation_id=organisation_id, deed=deed_of(request, now=clock.now())
        )
    except NotOpen:
        messages.error(request, gettext("This invitation was accepted or closed already."))
    else:
        messages.success(request, gettext("The invitation was taken back."))
    return redirect("accounts:members", organisation_id=organisation_id)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever has its link. Signed in with its address, a person accepts it here."""
    deed = deed_of(request, now=clock.now())
    try:
        if request.method != "POST":
            return _invitation_page(request, token)
        if not request.user.is_authenticated:
            welcome_invited(token=token, language=get_language() or "fr", deed=deed)
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        grant = accept_invitation(token=token, person_id=person_id_of(request), deed=deed)
    except NotOpen:
        return no_store(render(request, "accounts/invitation_closed.html", status=404))
    except NotTheirs:
        return _invitation_page(request, token, status=403)
    take_role(request, grant_id=grant.pk)
    messages.success(request, gettext("Welcome. You now act in your new role."))
    return redirect("accounts:organisation", organisation_id=grant.scope_id)


def _invitation_page(request: HttpRequest, token: str, *, status: int = 200) -> HttpResponse:
    found = open_invitation(token=token, deed=deed_of(request, now=clock.now()))
    theirs = not request.user.is_authenticated or request.user.email == found.email
    context = {"invitation": found, "role": Grant.ROLES[found.role], "theirs": theirs, "path": request.path}
    return no_store(render(request, "accounts/invitation.html", context, status=status))
