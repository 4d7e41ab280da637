"""Changing a passkey."""

from allauth.mfa.models import Authenticator
from django.db import transaction


@transaction.atomic
def name_passkey(*, passkey_id: int, name: str) -> None:
    """Give a passkey a name; one that is gone by now stays so.

    The name stands beside what proves the passkey, which a sign-in at the same time rewrites: hence the lock.
    """
    passkey = Authenticator.objects.select_for_update().filter(pk=passkey_id, type=Authenticator.Type.WEBAUTHN).first()
    if passkey is not None:
        passkey.data["name"] = name
        passkey.save(update_fields=["data"])
