"""Reads mail that comes back: reports of mail servers (RFC 3464) that what we sent could not be delivered.

Anyone may write to the address that such reports go to. A report counts only for the address that the Message-ID of
the returned mail was made for: whoever never held that mail cannot make one up.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parseaddr
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

# A report quotes the mail, or its head alone; what is longer is none.
LONGEST = 2_000_000
MARK_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Returned:
    """An address that a mail of ours did not reach, and why, in its server's words."""

    address: str
    reason: str


def message_id(*, key: UUID, to: str) -> str:
    """Return the Message-ID of the mail with this key to this address: the same each time that it is sent."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{key}.{_mark(str(key), to)}@{domain}>"


def read(content: bytes) -> list[Returned]:
    """Return the addresses that a mail from outside says were not reached; none when it is no report on mail of ours.

    A report of a mere delay counts for nothing: the server still tries.
    """
    if len(content) > LONGEST:
        return []
    report = message_from_bytes(content)
    sent = _returned_head(report)
    if sent is None:
        return []
    identifier = _field(sent, "Message-ID")
    known = {address.lower() for _, address in getaddresses([_field(sent, "To")])}
    found = {}
    for fields in _failures(report):
        named = [_address(fields, name) for name in ("Original-Recipient", "Final-Recipient")]
        # Where mail is forwarded the server that gave up names the last address, and the head the one that we know.
        for address in [*named, *(known if len(known) == 1 else ())]:
            if _is_ours(identifier, address):
                found[address] = Returned(address=address, reason=_reason(fields))
                break
    return list(found.values())


def _returned_head(report: Message) -> Message | None:
    """Return the head of the mail that came back, which a report quotes whole or in part."""
    for part in _parts(report):
        if part.get_content_type() == "message/rfc822" and isinstance(quoted := part.get_payload(), list) and quoted:
            return quoted[0] if isinstance(quoted[0], Message) else None
        if part.get_content_type() == "text/rfc822-headers":
            decoded = part.get_payload(decode=True)
            if isinstance(decoded, bytes):
                return message_from_bytes(decoded)
    return None


def _failures(report: Message) -> Iterator[Message]:
    """Yield what the report says of each address that was not reached."""
    for part in _parts(report):
        if part.get_content_type() != "message/delivery-status" or not isinstance(part.get_payload(), list):
            continue
        for fields in part.get_payload():
            if isinstance(fields, Message) and _field(fields, "Action").lower() == "failed":
                yield fields


def _parts(report: Message) -> Iterator[Message]:
    """Yield the parts of a report itself, none of those of the mail that it quotes."""
    if report.get_content_type() == "multipart/report" and isinstance(report.get_payload(), list):
        yield from (part for part in report.get_payload() if isinstance(part, Message))


def _address(fields: Message, name: str) -> str:
    """Return the address in a field such as `rfc822; ada@example.org`."""
    return _field(fields, name).rpartition(";")[2].strip().strip("<>").lower()


def _reason(fields: Message) -> str:
    """Return the status and the server's words, the code once: `550 5.1.1 no such mailbox`."""
    status, (kind, _, words) = _field(fields, "Status"), _field(fields, "Diagnostic-Code").partition(";")
    told = (words or kind).strip()
    return told if status in told else f"{status} {told}".strip()


def _field(message: Message, name: str) -> str:
    """Return a field on one line, as it was written: what a stranger wrote is not read any further than it must be."""
    return " ".join(str(message.get(name, "")).split())


def _is_ours(identifier: str, address: str) -> bool:
    key, _, mark = identifier.strip().strip("<>").partition("@")[0].partition(".")
    return bool(address) and hmac.compare_digest(mark.encode(), _mark(key, address).encode())


def _mark(key: str, address: str) -> str:
    value = f"{key} {address.strip().lower()}"
    return salted_hmac("entraide.mail.returned", value, algorithm="sha256").hexdigest()[:MARK_LENGTH]
