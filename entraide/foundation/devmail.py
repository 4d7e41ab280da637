"""The local mailbox of a development node: mail is kept as files under var/mail and read at /dev/mail/."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entraide.foundation.http_cache import no_store
from entraide.foundation.ids import new_id
from entraide.foundation.middleware import CONTENT_SECURITY_POLICY
from entraide.foundation.pagination import Page, decode, encode
from entraide.foundation.paging import from_the_start

SHOWN = 50
# Mail programs understand styles within a mail alone. Everything else is as shut as in the strictest of them.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


class EmailBackend(BaseEmailBackend):
    """Writes each message to a file of its own, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages and return how many."""
        folder: Path = settings.MAIL_DIR
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            draft = folder / f"{new_id()}.part"
            draft.write_bytes(message.message().as_bytes())
            draft.rename(draft.with_suffix(".eml"))
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept message."""

    key: str
    subject: str
    to: str
    at: datetime | None
    text: str
    html: str
    attachments: list[str]


def _read(file: Path) -> Kept:
    message = message_from_bytes(file.read_bytes(), _class=Parsed, policy=policy.default)
    body, page = message.get_body(("plain",)), message.get_body(("html",))
    at = message["date"]
    return Kept(
        key=file.stem,
        subject=str(message["subject"]),
        to=str(message["to"]),
        # A date in UTC is written -0000, which the library reads as a time of no zone.
        at=at.datetime.replace(tzinfo=at.datetime.tzinfo or UTC) if at else None,
        text=body.get_content() if body else "",
        html=page.get_content() if page else "",
        attachments=[part.get_filename() or "?" for part in message.iter_attachments()],
    )


def newest(*, to: str = "", after: str = "") -> Page[Kept]:
    """Return a page of the messages to an address, newest first; names are UUIDv7, so they sort by time.

    Raises BadCursor.
    """
    (before,) = decode(after, UUID) if after else (None,)
    files = sorted(Path(settings.MAIL_DIR).glob("*.eml"), reverse=True)
    wanted = (
        kept for file in files if before is None or file.stem < str(before) if to in (kept := _read(file)).to.lower()
    )
    found = list(islice(wanted, SHOWN + 1))
    shown = found[:SHOWN]
    return Page(rows=shown, after=encode([UUID(shown[-1].key)]) if len(found) > SHOWN else None)


@from_the_start
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the newest messages."""
    wanted = request.GET.get("to", "").strip().lower()
    page = newest(to=wanted, after=request.GET.get("after", ""))
    context = {"messages_kept": page.rows, "after": page.after, "wanted": wanted}
    return no_store(render(request, "foundation/dev/mailbox.html", context))


@require_safe
def message(request: HttpRequest, key: str) -> HttpResponse:
    """Show one message as text, and as a mail program would show its page."""
    response = no_store(render(request, "foundation/dev/message.html", {"kept": _kept(key)}))
    response["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return response


@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Return the HTML of one message, to be shown within its page alone: it runs nothing and loads nothing."""
    kept = _kept(key)
    if not kept.html:
        raise Http404
    # A link leads out of the frame, since no page of ours lets itself be framed.
    response = no_store(HttpResponse(kept.html.replace("<head>", '<head><base target="_blank">', 1)))
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _kept(key: str) -> Kept:
    file = Path(settings.MAIL_DIR) / f"{key}.eml"
    if not file.is_file():
        raise Http404
    return _read(file)
