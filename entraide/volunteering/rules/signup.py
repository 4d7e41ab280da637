"""What a sign-up must hold to be accepted, decided the same way by the intake process, the pages and the worker."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import msgspec

from entraide.volunteering.rules.phones import international
from entraide.volunteering.rules.words import Availability, Domain, gettext_noop
from entraide.volunteering.rules.zones import age_on

AGE_MIN: Final = 16
AGE_MAX: Final = 120
LOCALES: Final = ("fr", "en")
FIELDS: Final = (
    "email", "first_name", "last_name", "birth_date", "postcode", "consent", "locale", "phone", "slot", "mission",
)  # fmt: skip
LISTS: Final = ("domains", "availability", "languages")
LONGEST: Final = 320
NAME_MAX: Final = 80
CHOICES_MAX: Final = 20
DOMAINS: Final = frozenset(domain.value for domain in Domain)
AVAILABILITIES: Final = frozenset(each.value for each in Availability)

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Nearly every address is in its normal form already, and short: one look tells.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]{1,20}(?:\.[a-z0-9_+-]{1,20}){0,2}@(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,3}[a-z]{2,8}"
)
# Two labels or more; no top-level domain is a number.
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}")
_POSTCODE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-5]|97|98)[0-9]{3}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_FRENCH_DATE = re.compile(r"([0-9]{1,2})[/. ]([0-9]{1,2})[/. ]([0-9]{4})")
_YES = frozenset({"1", "on", "true", "yes"})


class SignUpForm(msgspec.Struct, frozen=True, gc=False):
    """A sign-up as it arrives: texts, nothing checked. `slot` or `mission` is what the person chose before, if any."""

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    birth_date: str = ""
    postcode: str = ""
    consent: str = ""
    locale: str = "fr"
    phone: str = ""
    slot: str = ""
    mission: str = ""
    domains: Sequence[str] = ()
    availability: Sequence[str] = ()
    languages: Sequence[str] = ()

    @classmethod
    def from_fields(cls, fields: Mapping[str, object]) -> "SignUpForm":
        """Take the known fields of a decoded form or JSON object; true and false stand for a ticked box or not."""
        given = {name: value for name, value in fields.items() if value is not None}
        texts = {name: _text(given[name]) for name in FIELDS if name in given}
        lists = {name: _texts(given[name]) for name in LISTS if name in given}
        return cls(**texts, **lists)  # type: ignore[arg-type]


class CheckedSignUp(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A sign-up that can be kept: e-mail in lower case, names tidied, consent given, telephone as +33… or empty."""

    email: str
    first_name: str
    last_name: str
    birth_date: date
    postcode: str
    locale: str
    phone: str
    slot_id: UUID | None
    mission_id: UUID | None
    domains: tuple[str, ...]
    availability: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: a stable code, and a message id whose named places `values` fills."""

    field: str
    code: str
    message: str
    values: Mapping[str, int]


class Problem(ValueError):
    """Raised by the reader of one field; `check` gathers them."""

    def __init__(self, code: str, message: str, **values: int) -> None:
        super().__init__(code)
        self.code, self.message, self.values = code, message, values


def check(form: SignUpForm, *, today: date) -> CheckedSignUp | tuple[FieldProblem, ...]:
    """Return the sign-up to keep, or every field's problem in the order of the form."""
    try:
        # Nearly all are right, and each is read once; what is wrong is gathered afterwards.
        read_consent(form.consent)
        return CheckedSignUp(
            email=read_email(form.email),
            first_name=read_name(form.first_name),
            last_name=read_name(form.last_name),
            birth_date=read_birth_date(form.birth_date, today=today),
            postcode=read_postcode(form.postcode),
            locale=read_locale(form.locale),
            phone=read_phone(form.phone),
            slot_id=read_slot(form.slot),
            mission_id=read_mission(form.mission),
            domains=read_choices(form.domains, among=DOMAINS),
            availability=read_choices(form.availability, among=AVAILABILITIES),
            languages=read_languages(form.languages),
        )
    except Problem:
        return tuple(_problems(form, today))


def _problems(form: SignUpForm, today: date) -> Iterator[FieldProblem]:
    """Yield every field's problem."""
    for name, field, read in _READERS:
        try:
            read(getattr(form, field), today)
        except Problem as problem:
            yield FieldProblem(name, problem.code, problem.message, problem.values)


def read_email(text: str) -> str:
    """Return the address in lower case, its domain in ASCII. Raises Problem."""
    if _PLAIN_EMAIL.fullmatch(text):
        return text
    cleaned = text.strip()
    if not cleaned:
        raise Problem("email_missing", gettext_noop("Enter your e-mail address."))
    local, at, domain = cleaned.rpartition("@")
    ascii_domain = _ascii_domain(domain) if len(cleaned) <= LONGEST else None
    whole = f"{local}@{ascii_domain}".lower()
    if not at or not ascii_domain or len(local) > 64 or len(whole) > 254 or not _LOCAL.fullmatch(local):
        raise Problem("email_invalid", gettext_noop("Enter an e-mail address in the form name@example.org."))
    return whole


def _ascii_domain(domain: str) -> str | None:
    try:
        # What is plain already is left as it is; IDNA would only look for too long labels, as the pattern does.
        encoded = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return encoded if _DOMAIN.fullmatch(encoded) else None


def read_name(text: str) -> str:
    """Return a first or last name in composed form with single spaces. Raises Problem."""
    if len(text) <= NAME_MAX and text.isascii() and text.isalpha():
        return text
    if len(text) > LONGEST:
        raise Problem("name_too_long", gettext_noop("Use at most %(most)s characters."), most=NAME_MAX)
    cleaned = " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())
    if not cleaned:
        raise Problem("name_missing", gettext_noop("Enter your name."))
    if len(cleaned) > NAME_MAX:
        raise Problem("name_too_long", gettext_noop("Use at most %(most)s characters."), most=NAME_MAX)
    if cleaned.isalpha():
        return cleaned
    letters = sum(unicodedata.category(letter)[0] == "L" for letter in cleaned)
    others = all(unicodedata.category(letter)[0] in "LM" or letter in " -'." for letter in cleaned)
    if not letters or not others:
        raise Problem("name_invalid", gettext_noop("Use letters, spaces, hyphens and apostrophes only."))
    return cleaned


def read_birth_date(text: str, *, today: date) -> date:
    """Return a date written as 1990-12-31 or 31/12/1990, of someone of the age to volunteer. Raises Problem."""
    cleaned = text.strip()
    if not cleaned:
        raise Problem("birth_date_missing", gettext_noop("Enter your date of birth."))
    day = _date(cleaned)
    age = age_on(today, birth_date=day) if day else -1
    if day is None or day > today or age > AGE_MAX:
        raise Problem("birth_date_invalid", gettext_noop("Enter a real date of birth, such as 31/12/1990."))
    if age < AGE_MIN:
        raise Problem("too_young", gettext_noop("You can sign up from the age of %(age_min)s."), age_min=AGE_MIN)
    return day


def _date(text: str) -> date | None:
    if len(text) == 10 and text[4] == text[7] == "-":
        # Python's reader takes other forms of the norm too; of this shape there is one.
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    if iso := _ISO_DATE.fullmatch(text):
        year, month, day = iso.groups()
    elif french := _FRENCH_DATE.fullmatch(text):
        day, month, year = french.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_postcode(text: str) -> str:
    """Return five digits of a French postcode; spaces are forgiven. Raises Problem."""
    if _POSTCODE.fullmatch(text):
        return text
    cleaned = "".join(text.split())
    if not cleaned:
        raise Problem("postcode_missing", gettext_noop("Enter your postcode."))
    if not _POSTCODE.fullmatch(cleaned):
        raise Problem("postcode_invalid", gettext_noop("Enter a French postcode of five digits, such as 67000."))
    return cleaned


def read_consent(text: str) -> bool:
    """Return True when the box is ticked. Raises Problem."""
    if text not in _YES and text.strip().lower() not in _YES:
        message = gettext_noop("Your agreement is needed to keep these details and contact you.")
        raise Problem("consent_missing", message)
    return True


def read_locale(text: str) -> str:
    """Return the language of the person's mail; a regional tag counts as its language. Raises Problem."""
    if text in LOCALES:
        return text
    language = text.strip().lower().split("-")[0]
    if language not in LOCALES:
        raise Problem("locale_unknown", gettext_noop("Choose French or English."))
    return language


def read_phone(text: str) -> str:
    """Return the number as +33612345678, the empty text for none. Raises Problem."""
    if not text.strip():
        return ""
    number = international(text) if len(text) <= 40 else None
    if number is None:
        raise Problem(
            "phone_invalid", gettext_noop("Enter a telephone number such as 06 12 34 56 78, or leave it empty.")
        )
    return number


def read_slot(text: str) -> UUID | None:
    """Return the id of the slot chosen before signing up, None when there is none. Raises Problem."""
    return _identifier(text, "slot_unknown", gettext_noop("The slot of this address does not exist."))


def read_mission(text: str) -> UUID | None:
    """Return the id of the mission chosen before signing up, None when there is none. Raises Problem."""
    return _identifier(text, "mission_unknown", gettext_noop("The mission of this address does not exist."))


def _identifier(text: str, code: str, message: str) -> UUID | None:
    if not text.strip():
        return None
    try:
        return UUID(text.strip()[:64])
    except ValueError:
        raise Problem(code, message) from None


def read_choices(chosen: Sequence[str], *, among: frozenset[str]) -> tuple[str, ...]:
    """Return the choices once each, in order. Raises Problem when one is not among those offered."""
    read = _choices if _is_short(chosen) else _choices.__wrapped__
    return read(tuple(chosen), among) if chosen else ()


def _is_short(chosen: Sequence[str]) -> bool:
    """Tell whether an answer may be remembered: what people choose is nearly always what somebody chose before."""
    return sum(map(len, chosen)) <= LONGEST


@lru_cache(maxsize=1_024)
def _choices(chosen: tuple[str, ...], among: frozenset[str]) -> tuple[str, ...]:
    if not among.issuperset(chosen):
        raise Problem("choice_unknown", gettext_noop("Choose among the answers offered."))
    return tuple(sorted(set(chosen)))


def read_languages(chosen: Sequence[str]) -> tuple[str, ...]:
    """Return codes of ISO 639, such as "fr", once each. Raises Problem."""
    read = _languages if _is_short(chosen) else _languages.__wrapped__
    return read(tuple(chosen)) if chosen else ()


@lru_cache(maxsize=1_024)
def _languages(chosen: tuple[str, ...]) -> tuple[str, ...]:
    codes = {code.strip().lower() for code in chosen}
    if len(codes) > CHOICES_MAX or not all(_LANGUAGE.fullmatch(code) for code in codes):
        raise Problem("language_unknown", gettext_noop("Choose languages by their code, such as fr or en."))
    return tuple(sorted(codes))


# What is returned, from which field, by what, given the day, in the order of the form.
_READERS: tuple[tuple[str, str, Callable[[Any, date], object]], ...] = (
    ("email", "email", lambda text, _: read_email(text)),
    ("first_name", "first_name", lambda text, _: read_name(text)),
    ("last_name", "last_name", lambda text, _: read_name(text)),
    ("birth_date", "birth_date", lambda text, today: read_birth_date(text, today=today)),
    ("postcode", "postcode", lambda text, _: read_postcode(text)),
    ("consent", "consent", lambda text, _: read_consent(text)),
    ("locale", "locale", lambda text, _: read_locale(text)),
    ("phone", "phone", lambda text, _: read_phone(text)),
    ("slot_id", "slot", lambda text, _: read_slot(text)),
    ("mission_id", "mission", lambda text, _: read_mission(text)),
    ("domains", "domains", lambda chosen, _: read_choices(chosen, among=DOMAINS)),
    ("availability", "availability", lambda chosen, _: read_choices(chosen, among=AVAILABILITIES)),
    ("languages", "languages", lambda chosen, _: read_languages(chosen)),
)


def _texts(value: object) -> tuple[str, ...]:
    """Return the texts of a decoded list; a single text counts as a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _text(value: object) -> str:
    """Return a decoded value as the text that a form would have sent; lists and objects become the empty text."""
    if isinstance(value, str):
        return value
    return "true" if value is True else ""
