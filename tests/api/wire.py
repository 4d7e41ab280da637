"""Sends what people, an organisation and the worker do over HTTP, and reads the answers into the model's words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from django.db import connection

from entraide.accounts.api import Organisation
from entraide.volunteering.actions.holds import expire_holds
from entraide.volunteering.models import Slot, Volunteer
from entraide.volunteering.rules.zones import zone_of
from tests.api.books import ACCEPTED, Answer, Apply, CancelSlot, Decide, Deed, Fewer, Leave, Resize, Tidy

MORNING = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
FORGERY = "a" * 32


@dataclass
class World:
    """The real thing: a server that answers over HTTP, four volunteers with tokens, one manager with a session."""

    http: httpx.Client
    organisation: Organisation
    people: list[Volunteer]
    tokens: list[str]
    session: str
    now: datetime = MORNING


class Wire:
    """Sends deeds to the server as their authors would, and reads the answers into the model's words."""

    def __init__(self, world: World, slots: list[Slot]) -> None:
        self.world, self.slots = world, slots
        self.ids: dict[tuple[int, str], UUID] = {}

    def send(self, deed: Deed) -> Answer:
        match deed:
            case Apply():
                body = {"slot": str(self.slots[deed.slot].pk), "insist": deed.insist, "seats": deed.seats}
                return self._call(deed.who, "/participations", body, deed.key)
            case Leave():
                path = f"/participations/{self.ids[deed.who, deed.key]}/cancellation"
                return self._call(deed.who, path, {"reason": "other"}, "")
            case Fewer():
                path = f"/participations/{self.ids[deed.who, deed.key]}/seats"
                return self._call(deed.who, path, {"seats": deed.seats}, "")
            case Decide():
                word = "accept" if deed.state == "confirmed" else "refused"
                chosen = [str(self.ids[key]) for key in deed.chosen]
                form = {"decision": word, "chosen": chosen, "reason": "enough_people"}
                return self._fill("candidates/", form)
            case Resize():
                return self._resize(deed)
            case CancelSlot():
                return self._fill(f"slots/{self.slots[deed.slot].pk}/cancel/", {"text": "Local fermé"})
            case Tidy():
                _tidy(self.world.now)
                return None

    def _call(self, who: int, path: str, body: dict[str, Any], key: str) -> Answer:
        headers = {"Authorization": f"Bearer {self.world.tokens[who]}"} | ({"Idempotency-Key": key} if key else {})
        answer = self.world.http.post(f"/api/v1{path}", json=body, headers=headers)
        document = answer.json()
        if answer.status_code < 300:
            return ACCEPTED
        assert (answer.status_code in (409, 422), answer.headers["content-type"]) == (True, "application/problem+json")
        reasons = tuple(error["code"] for error in document.get("errors", []) if error["detail"])
        assert reasons or document["detail"], "a refusal says why"
        return reasons or str(document["type"]).rpartition(":")[2]

    def _resize(self, deed: Resize) -> Answer:
        slot, zone = self.slots[deed.slot], zone_of("67")
        start, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
        hours = {"day": f"{start:%Y-%m-%d}", "starts": f"{start:%H:%M}", "ends": f"{end:%H:%M}"}
        seen = {"seen_starts": slot.starts_at.isoformat(), "seen_ends": slot.ends_at.isoformat()}
        places = {"capacity": deed.wanted, "seen_capacity": deed.seen}
        return self._fill(f"slots/{slot.pk}/", {**hours, **seen, **places}) or ACCEPTED

    def _fill(self, page: str, form: dict[str, Any]) -> Answer:
        """Send a form of the desk; None when it was taken."""
        cookies = {"entraide_session": self.world.session, "entraide_csrf": FORGERY}
        headers = {"X-CSRFToken": FORGERY, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answer = self.world.http.post(
            f"/en/organisation/{self.world.organisation.pk}/{page}", data=form, headers=headers
        )
        if answer.status_code == 302:
            assert "messages" in answer.cookies, "the desk says what was done or why not"
            return None
        assert 'class="problem' in answer.text or 'role="alert"' in answer.text, answer.text
        return {400: "not possible", 409: "changed meanwhile"}[answer.status_code]


def _tidy(now: datetime) -> None:
    try:
        expire_holds(now=now)
    finally:
        connection.close()
