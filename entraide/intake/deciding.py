"""Third step: the rules of volunteering say whether a sign-up can be kept, and what makes a repeated one the same."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from entraide.intake.decoding import Decoded
from entraide.intake.refusals import FieldFault, Refusal
from entraide.volunteering.rules.signup import CheckedSignUp, FieldProblem, SignUpForm, check
from entraide.volunteering.rules.zones import local_day

# Within this time the same content without a key of its own counts as a retry: a double click, a reload, a cut line.
SAME_CONTENT_WINDOW = timedelta(minutes=10)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row for the inbox. `key` is unique there; `digest` tells whether a repeated key came with other content."""

    receipt: UUID
    received_at: datetime
    key: bytes
    digest: bytes
    payload: bytes


def decide(decoded: Decoded, *, language: str, now: datetime) -> CheckedSignUp:
    """Return the sign-up in its normal form. Raises Refusal with one fault for each field that is wrong."""
    fields = msgspec.structs.asdict(decoded.fields)
    form = SignUpForm.from_fields({**fields, "locale": decoded.fields.locale or language})
    checked = check(form, today=local_day(now))
    if isinstance(checked, CheckedSignUp) and not decoded.faults:
        return checked
    broken = {fault.field for fault in decoded.faults}
    problems = () if isinstance(checked, CheckedSignUp) else tuple(_fault(problem) for problem in checked)
    others = tuple(problem for problem in problems if problem.field not in broken)
    raise Refusal(422, "fields_wrong", faults=decoded.faults + others)


def _fault(problem: FieldProblem) -> FieldFault:
    # The rules name what they return (`slot_id`); the caller knows the field by the name it was sent under.
    return FieldFault(problem.field.removesuffix("_id"), problem.code, problem.values)


def entry_of(checked: CheckedSignUp, *, key: str, now: datetime) -> Entry:
    """Return the row to keep. Without a key of the caller's, the content and the time make one.

    Raises Refusal when the key is too long or has characters that do not print.
    """
    payload = msgspec.json.encode(checked)
    digest = hashlib.sha256(payload).digest()
    if key and not _KEY.fullmatch(key):
        raise Refusal(400, "key_unusable")
    window = int(now.timestamp() // SAME_CONTENT_WINDOW.total_seconds())
    made = hashlib.sha256(b"given\n" + key.encode() if key else b"content\n%d\n" % window + digest).digest()
    return Entry(receipt=uuid4(), received_at=now, key=made, digest=digest, payload=payload)
