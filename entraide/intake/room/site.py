"""The waiting room as people meet it: its addresses below /v1/queue. None of them needs the database to be read."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec

from entraide.intake import catalogue
from entraide.intake.asgi import Answer, Request
from entraide.intake.decoding import FORM, Fields, media_type_of
from entraide.intake.log import Unavailable, Unwritable
from entraide.intake.reading import Bodies
from entraide.intake.refusals import Refusal
from entraide.intake.room import page
from entraide.intake.room.door import InLine
from entraide.intake.room.keepsake import Keepsakes, ticket_cookie
from entraide.intake.room.room import Room
from entraide.intake.writing import Full, GroupWriter
from entraide.volunteering.rules.signup import Problem, read_email

PATH = "/v1/queue"
_HERE = Path(__file__).parent
_STATE_SECONDS = 2
Ask = tuple[str, str]


class Site:
    """Shows people their place, publishes the line, and keeps who wants to be told."""

    def __init__(
        self, room: Room, secret: bytes, *, secure: bool, bodies: Bodies, check_bound: Callable[[Request], object]
    ) -> None:
        self._room = room
        self._bodies = bodies
        self._keepsakes = Keepsakes(secret, secure=secure)
        self._check_bound = check_bound
        self._asks: GroupWriter[Ask] = GroupWriter(self._keep_asks)
        self._files = {
            "line.css": ("text/css; charset=utf-8", (_HERE / "line.css").read_bytes()),
            "line.js": ("text/javascript; charset=utf-8", (_HERE / "line.js").read_bytes()),
        }
        contents = b"".join(content for _, content in self._files.values())
        self._version = hashlib.sha256(contents).hexdigest()[:10]

    def start(self) -> None:
        """Begin to keep who asks."""
        self._asks.start()

    async def stop(self) -> None:
        """Keep the rest, then end."""
        await self._asks.stop()

    def give_place(self, place: InLine, fields: Fields, *, language: str) -> Answer | None:
        """Send a browser to its place with what it typed; None when that does not fit into a cookie."""
        kept = self._keepsakes.write(place.ticket, fields)
        if kept is None:
            return None
        return Answer(303, headers={"location": f"{PATH}?language={language}&from=form", **kept})

    def farewell(self, request: Request) -> dict[str, str]:
        """Return the header that ends the stay of somebody whose sign-up is kept."""
        return self._keepsakes.clear() if ticket_cookie(request) else {}

    async def answer(self, request: Request) -> Answer:
        """Answer a request below /v1/queue. Raises Refusal for what is not there."""
        name = request.path.removeprefix(PATH).strip("/")
        match request.method, name:
            case "GET" | "HEAD", "":
                return self._page(request)
            case "GET" | "HEAD", "place":
                return self._frame(request)
            case "GET" | "HEAD", "state":
                return self._state()
            case "GET" | "HEAD", name if name in self._files:
                return self._file(name)
            case "POST", "tell":
                return await self._tell(request)
            case "POST", "leave":
                return Answer(303, headers={"location": f"/{_language(request)}/", **self._keepsakes.clear()})
        if name in {"", "place", "state", *self._files}:
            raise Refusal(405, "method_not_allowed", headers={"allow": "GET, HEAD"})
        if name in {"tell", "leave"}:
            raise Refusal(405, "method_not_allowed", headers={"allow": "POST"})
        raise Refusal(404, "not_found")

    def _view(self, request: Request) -> page.View:
        kept = self._keepsakes.read(request)
        ticket = self._room.read(kept.ticket)
        standing = self._room.standing(ticket) if ticket else None
        return page.View(
            language=_language(request),
            version=self._version,
            kept=kept,
            issued_at=ticket.issued_at if ticket else 0,
            standing=standing,
            came_from_form=request.query.get("from") == "form",
            told=request.query.get("told") == "1",
        )

    def _page(self, request: Request) -> Answer:
        return page.whole(self._view(request))

    def _frame(self, request: Request) -> Answer:
        return page.framed(self._view(request))

    def _state(self) -> Answer:
        """Publish the line: whoever holds a ticket finds their own place in it, whatever cache it came from."""
        line = self._room.line
        document = {
            "moved_at": line.moved_at,
            "admitted_until": line.admitted_until,
            "closed_until": line.closed_until,
            "is_open": self._room.is_open,
            "paused": line.paused,
            "per_second": round(self._room.per_second, 2),
            "moments": line.curve.moments,
            "counts": [round(count) for count in line.curve.counts],
        }
        caching = {"cache-control": f"public, max-age={_STATE_SECONDS}, stale-while-revalidate=10"}
        return Answer(200, msgspec.json.encode(document), "application/json", caching)

    def _file(self, name: str) -> Answer:
        media_type, content = self._files[name]
        # The page names the version, so that a new one has a new address.
        return Answer(200, content, media_type, {"cache-control": "public, max-age=31536000, immutable"})

    async def _tell(self, request: Request) -> Answer:
        """Keep an address that wants to be told. It stays open while nobody is let in."""
        if media_type_of(request.header(b"content-type")) != FORM:
            raise Refusal(415, "media_type_not_accepted", headers={"accept-post": FORM})
        body = await self._bodies.read(request)
        view, language, given = self._view(request), _language(request), ""
        try:
            given = _email_in(body)
            self._check_bound(request)
            await self._asks.submit((read_email(given.replace("\0", "")), language))
        except Problem as problem:
            return page.whole(view, status=422, email=given, fault=catalogue.field_sentence(problem.code, {}, language))
        except Refusal as refusal:
            fault = catalogue.title(refusal.code, language)
            return page.whole(view, status=refusal.status, email=given, fault=fault)
        except (Full, Unavailable, Unwritable):
            return page.whole(view, status=503, email=given, fault=page.not_told(language))
        return Answer(303, headers={"location": f"{PATH}?language={language}&told=1"})

    async def _keep_asks(self, asks: Sequence[Ask]) -> None:
        await self._room.keep_asks(asks)


def _email_in(body: bytes) -> str:
    """Return the address in a form. Raises Refusal when it cannot be read."""
    try:
        return dict(parse_qsl(body.decode(), errors="strict", max_num_fields=10)).get("email", "")
    except UnicodeDecodeError:
        raise Refusal(400, "not_utf8") from None
    except ValueError:
        raise Refusal(400, "too_many_fields") from None


def _language(request: Request) -> str:
    return catalogue.language_of(
        locale=request.query.get("language"), accept_language=request.header(b"accept-language")
    )
