"""A person's own pages: details, sessions, the role they act in, tokens."""

from uuid import UUID

from allauth.account.utils import get_next_redirect_url
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from entraide.accounts.actions.people import change_profile, sign_out_everywhere
from entraide.accounts.actions.tokens import TooManyTokens, create_token, revoke_token
from entraide.accounts.actions.work_mail import choose_cadences
from entraide.accounts.forms.profile import ProfileForm, RoleChoice, TokenForm, WorkMailForm
from entraide.accounts.middleware import acting_in, deed_of, take_role
from entraide.accounts.models import Person
from entraide.accounts.queries import held_roles, sessions_of, tokens_of
from entraide.accounts.readers import cadences_of
from entraide.accounts.views.passkeys import after_recent_sign_in
from entraide.foundation import clock
from entraide.foundation.http_cache import private_page


def person_id_of(request: HttpRequest) -> UUID:
    """Return the id of the person who is signed in; private pages have one."""
    return UUID(str(request.user.pk))


def stay_signed_in(request: HttpRequest) -> None:
    """Bind this one session to the person's new stamp, under a new key, after all sessions were ended."""
    update_session_auth_hash(request, Person.objects.get(pk=person_id_of(request)))
    UserSession.objects.create_from_request(request)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what a person says of themselves, and lead to all else that is theirs."""
    person = Person.objects.get(pk=person_id_of(request))
    shown = {name: getattr(person, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_bound and form.is_valid():
        change_profile(person_id=person.pk, profile=form.profile())
        messages.success(request, gettext("Your details were saved."))
        return redirect("accounts:profile")
    context = {
        "form": form,
        "person": person,
        "sessions": sessions_of(person_id=person.pk, here=request.session.session_key or "", now=clock.now()),
    }
    return render(request, "accounts/profile.html", context, status=400 if form.errors else 200)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def work_mail(request: HttpRequest) -> HttpResponse:
    """Let people with a role say how often they are told of what waits for them."""
    cadences = cadences_of(person_id=person_id_of(request), now=clock.now())
    form = WorkMailForm(request.POST if request.method == "POST" else None, cadences=cadences)
    if form.is_bound and form.is_valid():
        choose_cadences(person_id=person_id_of(request), wishes=form.wishes())
        messages.success(request, gettext("Your choice was saved."))
        return redirect("accounts:profile")
    context = {"form": form, "kinds": cadences}
    return render(request, "accounts/work_mail.html", context, status=400 if form.errors else 200)


@private_page
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign the person out everywhere, or everywhere but here."""
    here_too = request.POST.get("here") == "too"
    sign_out_everywhere(person_id=person_id_of(request), deed=deed_of(request, now=clock.now()))
    if here_too:
        logout(request)
        messages.success(request, gettext("You are signed out everywhere."))
        return redirect("account_login")
    stay_signed_in(request)
    messages.success(request, gettext("You are signed out everywhere else."))
    return redirect("accounts:profile")


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest) -> HttpResponse:
    """Show the roles that a person holds, and let them act in one of them, or in none."""
    held = held_roles(person_id=person_id_of(request), now=clock.now())
    status = 200
    if request.method == "POST":
        choice = RoleChoice(request.POST)
        ids = {None, *(each.grant_id for each in held)}
        if choice.is_valid() and choice.cleaned_data["grant"] in ids:
            take_role(request, grant_id=choice.cleaned_data["grant"])
            return redirect(get_next_redirect_url(request) or reverse("accounts:roles"))
        messages.error(request, gettext("You do not hold this role, or not any more. Choose one of those below."))
        status = 400
    context = {"held": held, "acting": acting_in(request), "next": get_next_redirect_url(request) or ""}
    return render(request, "accounts/roles.html", context, status=status)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List a person's tokens, and make one, which is shown on this answer alone."""
    if request.method == "POST":
        # A token outlives the session that makes it, so making one asks for a recent sign-in.
        return after_recent_sign_in(_make_token)(request)  # type: ignore[return-value]
    return _tokens_page(request, TokenForm())


def _make_token(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST)
    if form.is_valid():
        name, scopes, lasts = form.wish()
        deed = deed_of(request, now=clock.now())
        try:
            token, secret = create_token(
                person_id=person_id_of(request), name=name, scopes=scopes, lasts=lasts, deed=deed
            )
        except TooManyTokens:
            form.add_error(None, gettext("You have as many tokens as one person may have. Revoke one first."))
        else:
            return _tokens_page(request, TokenForm(), made=token.name, secret=secret)
    return _tokens_page(request, form, status=400)


def _tokens_page(
    request: HttpRequest, form: TokenForm, *, made: str = "", secret: str = "", status: int = 200
) -> HttpResponse:
    listed = tokens_of(person_id=person_id_of(request), now=clock.now())
    context = {"form": form, "tokens": listed, "made": made, "secret": secret}
    return render(request, "accounts/tokens.html", context, status=status)


@private_page
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End one of the person's tokens."""
    revoke_token(token_id=token_id, person_id=person_id_of(request), deed=deed_of(request, now=clock.now()))
    messages.success(request, gettext("The token was revoked. Programs that use it are refused from now on."))
    return redirect("accounts:tokens")
