"""Mail that comes back: what a report says of our own mail, and what anybody could make up."""

from email.message import EmailMessage
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.foundation.mail.returned import LONGEST, Returned, message_id, read

ADA = "ada@example.org"
HEAD = "From: Entraide <aide@example.net>\nTo: {to}\nMessage-ID: {identifier}\nSubject: Your place\n"
FAILED = (
    "Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox\n"
)


def report(
    *, head: str, fields: str, quoted: str = "text/rfc822-headers", kind: str = "multipart/report", words: str = ""
) -> bytes:
    """Return a report as mail servers write it (RFC 3462, RFC 3464)."""
    part = head + "\nDear Ada\n" if quoted == "message/rfc822" else head
    return (
        f"From: MAILER-DAEMON@mx.example.org\nTo: aide@example.net\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
        f'Content-Type: {kind}; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{words or 'I could not deliver it.'}\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n{fields}\n"
        f"--b\nContent-Type: {quoted}\n\n{part}\n--b--\n"
    ).encode()


def head_for(address: str, *, to: str = "") -> str:
    return HEAD.format(to=to or address, identifier=message_id(key=uuid4(), to=address))


@pytest.mark.parametrize("quoted", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_the_address_and_the_reason(quoted: str) -> None:
    content = report(head=head_for(ADA), fields=FAILED.format(address=ADA), quoted=quoted)
    assert read(content) == [Returned(address=ADA, reason="550 5.1.1 no such mailbox")]


def test_lines_may_end_as_they_do_on_the_wire() -> None:
    content = report(head=head_for(ADA), fields=FAILED.format(address="<Ada@Example.org>"))
    assert [each.address for each in read(content.replace(b"\n", b"\r\n"))] == [ADA]


def test_a_forwarded_mail_marks_the_address_that_we_wrote_to() -> None:
    fields = FAILED.format(address="ada.at.home@example.com")
    assert [each.address for each in read(report(head=head_for(ADA), fields=fields))] == [ADA]
    original = f"Original-Recipient: rfc822;{ADA}\n{fields}"
    assert [each.address for each in read(report(head=head_for(ADA, to="undisclosed"), fields=original))] == [ADA]


def test_a_status_without_words_is_the_reason() -> None:
    fields = f"Final-Recipient: rfc822; {ADA}\nAction: failed\nStatus: 4.4.1\n"
    assert read(report(head=head_for(ADA), fields=fields)) == [Returned(address=ADA, reason="4.4.1")]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_did_not_fail_counts_for_nothing(action: str) -> None:
    fields = FAILED.format(address=ADA).replace("failed", action)
    assert read(report(head=head_for(ADA), fields=fields)) == []


def test_nobody_silences_another_with_a_report_on_their_own_mail() -> None:
    # Eve has a real mail of ours, and writes a report that names Ada instead.
    own = head_for("eve@example.org")
    assert read(report(head=own.replace("To: eve@example.org", f"To: {ADA}"), fields=FAILED.format(address=ADA))) == []
    assert read(report(head=own, fields=f"Original-Recipient: rfc822;{ADA}\n{FAILED.format(address=ADA)}")) == [
        Returned(address="eve@example.org", reason="550 5.1.1 no such mailbox")
    ]


@pytest.mark.parametrize(
    "identifier", ["", "<>", "<@>", f"<{uuid4()}@example.net>", f"<{uuid4()}.{'0' * 32}@example.net>", "<é.é@é>"]
)
def test_a_made_up_mail_is_none_of_ours(identifier: str) -> None:
    assert read(report(head=HEAD.format(to=ADA, identifier=identifier), fields=FAILED.format(address=ADA))) == []


def test_a_report_within_a_mail_is_no_report() -> None:
    # What somebody forwards to us, or quotes in an answer, speaks of their mail and not of ours.
    inner = report(head=head_for(ADA), fields=FAILED.format(address=ADA))
    outer = EmailMessage()
    outer["Subject"] = "Fwd: Undelivered Mail"
    outer.set_content("Look at this.")
    outer.add_attachment(inner, maintype="application", subtype="octet-stream")
    assert read(outer.as_bytes()) == []
    assert read(report(head=head_for(ADA), fields=FAILED.format(address=ADA), kind="multipart/mixed")) == []


def test_a_mail_without_end_is_not_read() -> None:
    content = report(head=head_for(ADA), fields=FAILED.format(address=ADA), words="x" * LONGEST)
    assert read(content) == []


@given(st.binary(max_size=400), st.integers(0, 900), st.integers(0, 60))
def test_no_bytes_break_the_reader(junk: bytes, at: int, gone: int) -> None:
    whole = report(head=HEAD.format(to=ADA, identifier="<a.b@example.net>"), fields=FAILED.format(address=ADA))
    assert read(junk) == []
    assert read(whole[:at] + junk + whole[at + gone :]) == []
