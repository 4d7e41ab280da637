"""The table of people: who may sign in, and how they are reached."""

from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from entraide.accounts.rules import MailState, PersonState
from entraide.foundation.records import Record


class PersonManager(BaseUserManager["Person"]):
    """People by their address, whatever the case it is typed in."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person of a mail address."""
        return self.get(email=(username or "").strip().lower())


class Person(Record, AbstractBaseUser):
    """Someone who signs in by a code sent by mail, by passkey or through an identity provider. There is no password.

    `sign_in_stamp` is part of every session's hash: a new stamp signs the person out everywhere.
    """

    STATES = {
        PersonState.ACTIVE.value: _("Active"),
        PersonState.SUSPENDED.value: _("Suspended"),
        PersonState.ERASED.value: _("Erased"),
    }
    MAIL_STATES = {MailState.OK.value: _("Mail arrives"), MailState.BOUNCED.value: _("Mail comes back")}
    LOCALES = {"fr": "Français", "en": "English"}

    email = models.EmailField(_("E-mail address"), unique=True)
    first_name = models.CharField(_("First name"), max_length=100, blank=True)
    last_name = models.CharField(_("Last name"), max_length=100, blank=True)
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    locale = models.CharField(_("Language"), max_length=5, choices=LOCALES, default="fr")
    state = models.CharField(max_length=10, choices=STATES, default=PersonState.ACTIVE.value)
    is_active = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(state=PersonState.ACTIVE.value), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    mail_state = models.CharField(max_length=10, choices=MAIL_STATES, default=MailState.OK.value)
    mail_refusal = models.CharField(max_length=300, blank=True)
    last_seen_at = models.DateTimeField(null=True, editable=False)
    sign_in_stamp = models.UUIDField(default=uuid4, editable=False)

    password = None  # type: ignore[assignment]  # Removes the column of AbstractBaseUser: nobody has a password here.
    last_login = None  # The same: last_seen_at says it.

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = PersonManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in PersonState]), name="person_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_full_name(self) -> str:
        """Return first and last name, or nothing."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """Return the name in lists that others see: `Ada L.`"""
        return f"{self.first_name} {self.last_name[:1]}{'.' if self.last_name else ''}".strip()

    def has_usable_password(self) -> bool:
        """Return False: there is no password."""
        return False

    def check_password(self, raw_password: str | None) -> bool:
        """Return False: no password opens an account."""
        return False

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "entraide.accounts.session", str(self.sign_in_stamp), secret=secret, algorithm="sha256"
        ).hexdigest()
