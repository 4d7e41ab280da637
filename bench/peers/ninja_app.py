"""The peer: Django with django-ninja over WSGI, one transaction a request, into the intake's table."""

import os
from datetime import date
from typing import Any
from uuid import UUID, uuid4

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.ninja_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.http import HttpRequest  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from ninja import NinjaAPI, Schema  # noqa: E402
from pydantic import Field  # noqa: E402

from bench.peers.ninja_inbox.models import SignUpRow  # noqa: E402

api = NinjaAPI()


class SignUp(Schema):
    """A sign-up as it arrives."""

    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    first_name: str = Field(min_length=1, max_length=100)
    last_name: str = Field(min_length=1, max_length=100)
    birth_date: date
    postcode: str = Field(pattern=r"^\d{5}$")
    phone: str | None = None
    domains: list[str] = []
    availability: list[str] = []
    languages: list[str] = []
    locale: str = "fr"
    consent: bool


class Receipt(Schema):
    """The acknowledgement."""

    receipt: UUID
    state: str = "received"


@api.get("/readyz")
def readyz(request: HttpRequest) -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "ready"}


@api.post("/v1/signups", response={202: Receipt})
def sign_up(request: HttpRequest, given: SignUp) -> tuple[int, dict[str, Any]]:
    """Keep a sign-up."""
    row = SignUpRow(receipt=uuid4(), received_at=timezone.now(), payload=given.model_dump(mode="json"))
    row.save()
    return 202, {"receipt": row.receipt}


urlpatterns = [path("", api.urls)]
