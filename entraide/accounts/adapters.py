"""How django-allauth fits this platform: mail through the queue, no sign-up of its own, addresses through proxies."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy

from entraide.accounts.actions.people import Deed, note_sign_in
from entraide.accounts.middleware import take_only_role
from entraide.accounts.models import Person
from entraide.foundation import clock
from entraide.foundation.mail import Urgency, queue_mail
from entraide.foundation.middleware import address_of
from entraide.journal import api as journal

# Every mail that allauth may send here, what of its context our template uses, and the page that it leads to.
MAILS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "account/email/login_code": ("accounts/mail/sign_in_code", ("code",), "account_login"),
    "account/email/unknown_account": ("accounts/mail/unknown_address", (), "account_signup"),
    "mfa/email/webauthn_added": ("accounts/mail/passkey_added", (), "mfa_list_webauthn"),
    "mfa/email/webauthn_removed": ("accounts/mail/passkey_removed", (), "mfa_list_webauthn"),
    "socialaccount/email/account_connected": ("accounts/mail/provider_connected", (), "pages:legal"),
}


# The ways in that show that a mail was read: the code, and the link of the first mail.
BY_MAIL = ("code", "link")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types.
    """Sign-in by code."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not the one that we sent. Check it, or ask for a new one."),
        "too_many_login_attempts": gettext_lazy("Too many wrong codes. Ask for a new one."),
        "rate_limited": gettext_lazy("Too many requests. Wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people come by the sign-up page, whose inbox takes the load of a whole country."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address through trusted proxies; a unix socket without a proxy has none."""
        return address_of(request) or "0.0.0.0"  # noqa: S104  # No address is bound here.

    def get_login_stages(self) -> list[str]:
        """Return the code alone: a passkey is another way in here, not a second lock after the first.

        Otherwise a person who loses the telephone that holds their passkey could never sign in again.
        """
        return ["allauth.account.stages.LoginByCodeStage"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where a person lands who did not come from a page."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def is_safe_url(self, url: str) -> bool:
        """Return whether `next` is an address, and one of this very host. A bare word would be taken for a route."""
        request = current.request
        return url.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of the mails listed above. Nothing is sent within a request."""
        template, names, path = MAILS[template_prefix]
        queue_mail(
            template=template,
            to=email,
            language=get_language() or settings.LANGUAGE_CODE,
            context={"path": reverse(path), **{name: context[name] for name in names}},
            urgency=Urgency.CODE,
        )

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Show errors; our own pages say the rest in their own words."""
        if kwargs.get("message"):
            super().add_message(request, level, *args, **kwargs)

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Note the sign-in and put the person in the one role that they cannot mean otherwise."""
        records = get_authentication_records(request, user)
        now = clock.now()
        by_mail = bool(records) and records[-1].get("method") in BY_MAIL
        note_sign_in(person_id=user.pk, mail_arrived=by_mail, now=now)
        take_only_role(request, person_id=user.pk, now=now)
        return cast(HttpResponse, super().post_login(request, user, **kwargs))


class PasskeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types.
    """Passkeys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This passkey was not accepted. Try again, or sign in with a code."),
        "unverified_email": gettext_lazy("Sign in with a code from your mailbox before you add a passkey."),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the name that passkeys are bound to: the public host, whatever host a request came by."""
        host = settings.PUBLIC_HOST if settings.PRODUCTION else current.request.get_host().partition(":")[0]
        return {"id": host, "name": "Entraide"}


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types.
    """Sign-in through an OpenID Connect provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return whether the provider vouches for an address: only then may it make a person here."""
        return any(address.verified for address in sociallogin.email_addresses)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Forget the claims that the provider sent: the address and the names are all that is kept."""
        sociallogin.account.extra_data = {}

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: None = None) -> Person:
        """Write the new person of a provider's sign-in, in the language of the page."""
        sociallogin.user.locale = get_language() or settings.LANGUAGE_CODE
        person = cast(Person, super().save_user(request, sociallogin, form))
        deed = Deed(actor=UUID(str(person.pk)), now=clock.now())
        journal.record(
            actor=deed.actor,
            role="",
            verb="create_person",
            thing_kind="person",
            thing_id=person.pk,
            now=deed.now,
            detail={"by": "provider"},
        )
        return person
