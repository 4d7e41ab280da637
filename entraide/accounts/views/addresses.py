"""Changing the address that one signs in with, and undoing that from the former mailbox.

Opening the link of the former mailbox undoes nothing, since mail programs open links before their readers do.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from entraide.accounts.actions.addresses import (
    CODE_COUNTS_FOR,
    UNDO_COUNTS_FOR,
    AddressTaken,
    NoChange,
    NotUndoable,
    SameAddress,
    WrongCode,
    ask_for_address,
    confirm_address,
    undo_address,
    undoable_change,
    waiting_change,
    was_just_changed,
)
from entraide.accounts.bounds import address_digest, count_address, count_address_guess, count_arrival
from entraide.accounts.forms.addresses import AddressCodeForm, AddressForm
from entraide.accounts.middleware import deed_of
from entraide.accounts.models import AddressChange
from entraide.accounts.views.passkeys import after_recent_sign_in
from entraide.accounts.views.profile import person_id_of, stay_signed_in
from entraide.foundation import clock
from entraide.foundation.errors import too_many
from entraide.foundation.http_cache import no_store, private_page
from entraide.guard.api import Answer, TooMany, once


@private_page
@after_recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask for the new address, and send a code there."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _ask_once(request, form)
        except SameAddress:
            form.add_error("email", gettext("You sign in with this address already."))
        except TooMany as bound:
            return too_many(request, retry_after=bound.retry_after)
        else:
            return redirect("accounts:address-code")
    return render(request, "accounts/address.html", {"form": form}, status=400 if form.errors else 200)


def _ask_once(request: HttpRequest, form: AddressForm) -> None:
    email, person_id = form.cleaned_data["email"], person_id_of(request)
    deed = deed_of(request, now=clock.now())

    def write() -> Answer:
        count_address(request, person_id=person_id, email=email, now=deed.now)
        ask_for_address(person_id=person_id, email=email, language=get_language() or "fr", deed=deed)
        return Answer(201, {})

    # Whoever goes back and corrects the address sends the same form with another one, and means it.
    key = f"{form.cleaned_data['key']} {address_digest(email)}"
    once(scope=f"address of {person_id}", key=key, content=b"", write=write)


@private_page
@after_recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def address_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that went to the new address."""
    try:
        change = waiting_change(person_id=person_id_of(request), now=clock.now())
        form = AddressCodeForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            count_address_guess(change_id=change.pk, now=clock.now())
            return _confirmed(request, change, form)
        return _code_page(request, change, form)
    except TooMany:
        return _again(request, gettext("Too many wrong codes. Ask for a new one."))
    except NoChange:
        if was_just_changed(person_id=person_id_of(request), now=clock.now()):
            return redirect("accounts:profile")
        return _again(request, gettext("No code is waited for, or its time is over. Say again which address you want."))
    except AddressTaken:
        return _again(request, gettext("Somebody else has taken this address since."))


def _confirmed(request: HttpRequest, change: AddressChange, form: AddressCodeForm) -> HttpResponse:
    try:
        confirm_address(change=change, code=form.cleaned_data["code"], deed=deed_of(request, now=clock.now()))
    except WrongCode:
        form.add_error("code", gettext("This code is not the one that we sent. Check it, or ask for a new one."))
        return _code_page(request, change, form)
    stay_signed_in(request)
    messages.success(request, gettext("Your address was changed. You are signed out everywhere else."))
    return redirect("accounts:profile")


def _code_page(request: HttpRequest, change: AddressChange, form: AddressCodeForm) -> HttpResponse:
    minutes = int(CODE_COUNTS_FOR.total_seconds() // 60)
    context = {"form": form, "email": change.to_address, "minutes": minutes}
    return render(request, "accounts/address_code.html", context, status=400 if form.errors else 200)


def _again(request: HttpRequest, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("accounts:address")


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever reads the former mailbox whether to go back to it, and do."""
    try:
        count_arrival(request, now=clock.now())
        return no_store(_asked_or_undone(request, token))
    except TooMany as bound:
        return too_many(request, retry_after=bound.retry_after)
    except NotUndoable:
        context = {"days": UNDO_COUNTS_FOR.days}
        return no_store(render(request, "accounts/undo_address_spent.html", context, status=410))
    except AddressTaken:
        return no_store(render(request, "accounts/undo_address_taken.html", status=409))


def _asked_or_undone(request: HttpRequest, token: str) -> HttpResponse:
    if request.method != "POST":
        change = undoable_change(secret=token, now=clock.now())
        return render(request, "accounts/undo_address.html", {"email": change.from_address})
    undo_address(secret=token, now=clock.now())
    messages.success(request, gettext("Your former address is back, and everybody is signed out. Sign in with a code."))
    return redirect("account_login")
