"""How often sign-in may be tried: per mail address and client together, per address, and, generously, per client.

The counters are in the database, so that they hold for all processes. An address is counted by a keyed digest, since
the counters outlive the request. No bound is per client alone in effect: a school behind one address fits within it.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from entraide.foundation.middleware import address_of
from entraide.guard import api as guard

WINDOW = timedelta(minutes=15)
CODES_PER_ADDRESS_AND_CLIENT = 5
CODES_PER_ADDRESS = 20
CODES_PER_CLIENT = 900
GUESSES_PER_ADDRESS = 60
PASSKEYS_PER_CLIENT = 1800
ARRIVALS_PER_CLIENT = 1800
INVITATIONS_PER_PERSON = 100
ADDRESSES_PER_PERSON = 10
GUESSES_PER_CHANGE = 5


def address_digest(email: str) -> str:
    """Return what stands for an address in counters and keys, which only this portal can make."""
    return salted_hmac("entraide.accounts.bounds", email.strip().lower(), algorithm="sha256").hexdigest()[:32]


def count_code(request: HttpRequest, *, email: str, now: datetime) -> None:
    """Count one code asked for. Raises guard.TooMany."""
    person, client = address_digest(email), address_of(request)
    guard.check_bounds(
        bounds={
            f"code:client:{client}": CODES_PER_CLIENT,
            f"code:both:{person}:{client}": CODES_PER_ADDRESS_AND_CLIENT,
            f"code:address:{person}": CODES_PER_ADDRESS,
        },
        window=WINDOW,
        now=now,
    )


def count_guess(*, email: str, now: datetime) -> None:
    """Count one code typed, right or wrong, whatever the session that it is typed in. Raises guard.TooMany."""
    guard.count_against(key=f"guess:{address_digest(email)}", most=GUESSES_PER_ADDRESS, window=WINDOW, now=now)


def count_passkey(request: HttpRequest, *, now: datetime) -> None:
    """Count one sign-in by passkey begun or tried. Raises guard.TooMany."""
    guard.count_against(key=f"passkey:client:{address_of(request)}", most=PASSKEYS_PER_CLIENT, window=WINDOW, now=now)


def count_arrival(request: HttpRequest, *, now: datetime) -> None:
    """Count one opening of a first mail's link, which costs a look at the database. Raises guard.TooMany."""
    guard.count_against(key=f"arrival:client:{address_of(request)}", most=ARRIVALS_PER_CLIENT, window=WINDOW, now=now)


def count_invitation(*, person_id: object, now: datetime) -> None:
    """Count one mail that a person makes us send to an address that they typed. Raises guard.TooMany."""
    guard.count_against(key=f"invitation:{person_id}", most=INVITATIONS_PER_PERSON, window=timedelta(hours=1), now=now)


def count_address(request: HttpRequest, *, person_id: object, email: str, now: datetime) -> None:
    """Count one address that a person wants, which gets a mail like one that asks for a code. Raises guard.TooMany."""
    guard.count_against(key=f"address:{person_id}", most=ADDRESSES_PER_PERSON, window=timedelta(hours=1), now=now)
    count_code(request, email=email, now=now)


def count_address_guess(*, change_id: object, now: datetime) -> None:
    """Count one code typed for a new address, right or wrong. Raises guard.TooMany."""
    guard.count_against(key=f"address guess:{change_id}", most=GUESSES_PER_CHANGE, window=WINDOW, now=now)
