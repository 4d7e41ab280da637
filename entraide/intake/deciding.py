"""Third step: the rules of volunteering say whether a sign-up can be kept, and it gets its receipt."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

import msgspec

from entraide.intake.decoding import Decoded, Fields
from entraide.intake.receipts import Receipts
from entraide.intake.refusals import FieldFault, Refusal
from entraide.volunteering.rules.signup import CheckedSignUp, FieldProblem, SignUpForm, check
from entraide.volunteering.rules.signup_log import Entry
from entraide.volunteering.rules.zones import local_day

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def decide(decoded: Decoded, *, language: str, now: datetime) -> CheckedSignUp:
    """Return the sign-up in its normal form. Raises Refusal with one fault for each field that is wrong."""
    checked = check(_form_of(decoded.fields, language), today=_day_of(int(now.timestamp()) // 3600))
    if isinstance(checked, CheckedSignUp) and not decoded.faults:
        return checked
    broken = {fault.field for fault in decoded.faults}
    problems = () if isinstance(checked, CheckedSignUp) else tuple(_fault(problem) for problem in checked)
    others = tuple(problem for problem in problems if problem.field not in broken)
    raise Refusal(422, "fields_wrong", faults=decoded.faults + others)


@lru_cache(maxsize=2)
def _day_of(hour: int) -> date:
    """Return the day in Paris of an hour since 1970; no day begins there within one."""
    return local_day(datetime.fromtimestamp(hour * 3600, UTC))


def _form_of(fields: Fields, language: str) -> SignUpForm:
    """Return the form of fields whose types are known already, which `SignUpForm.from_fields` would look at again."""
    return SignUpForm(
        email=fields.email or "",
        first_name=fields.first_name or "",
        last_name=fields.last_name or "",
        birth_date=fields.birth_date or "",
        postcode=fields.postcode or "",
        consent="true" if fields.consent else "",
        locale=fields.locale or language,
        phone=fields.phone or "",
        slot=fields.slot or "",
        mission=fields.mission or "",
        domains=fields.domains or (),
        availability=fields.availability or (),
        languages=fields.languages or (),
    )


def _fault(problem: FieldProblem) -> FieldFault:
    # The rules name what they return (`slot_id`); the caller knows the field by the name it was sent under.
    return FieldFault(problem.field.removesuffix("_id"), problem.code, problem.values)


def entry_of(checked: CheckedSignUp, *, key: str, receipts: Receipts, now: datetime) -> Entry:
    """Return what goes into the log. The key and the content make the receipt, so that a retry gets the same.

    Raises Refusal when the key is too long or has characters that do not print.
    """
    if key and not _KEY.fullmatch(key):
        raise Refusal(400, "key_unusable")
    payload = msgspec.json.encode(checked)
    return Entry(receipts.make(key=key, content=payload, now=now), now, payload)
