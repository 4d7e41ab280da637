"""A learning platform of the tests, which signs what it asks of our BigBlueButton API."""

import hashlib
from typing import Any, cast
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from django.http import HttpResponse
from django.test import Client

from entraide.meetings.actions.tenants import TenantDetails, add_tenant
from entraide.meetings.models import Tenant

API = "/bigbluebutton/api/"


class Platform:
    """A tenant and its secret. `algorithm` is what it signs with."""

    def __init__(self, key: str, *, algorithm: str = "sha256", **bounds: Any) -> None:
        self.secret = add_tenant(details=TenantDetails(key, "public", **bounds))
        self.tenant = Tenant.objects.get(key=key)
        self.algorithm = algorithm

    def url(self, call: str, **given: object) -> str:
        """Return the address of a call, signed."""
        return f"{API}{call}?{self.signed(call, urlencode(given))}"

    def signed(self, call: str, query: str) -> str:
        """Return a query with its sum."""
        written = hashlib.new(self.algorithm, f"{call}{query}{self.secret}".encode()).hexdigest()
        return f"{query}{'&' if query else ''}checksum={written}"

    def ask(self, call: str, **given: object) -> Element:
        """Ask, and return the answer."""
        return read(cast(HttpResponse, Client().get(self.url(call, **given))))

    def meeting(self, meeting_id: str = "course-1", **given: object) -> Element:
        """Create a meeting."""
        return self.ask("create", **{"name": "Course", "meetingID": meeting_id, **given})


def read(response: HttpResponse) -> Element:
    """Return an answer of the API."""
    assert response.headers["Content-Type"].startswith("text/xml")
    assert "no-store" in response.headers["Cache-Control"]
    root: Element = ElementTree.fromstring(response.content)
    assert root.tag == "response"
    return root


def key_of(answer: Element) -> tuple[str | None, str | None]:
    """Return whether a call succeeded, and the key of its message."""
    return answer.findtext("returncode"), answer.findtext("messageKey")


def spelt(**given: str) -> str:
    """Return a query whose blanks are written as %20."""
    return "&".join(f"{name}={quote(value)}" for name, value in given.items())
