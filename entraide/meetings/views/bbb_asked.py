"""What a call of the BigBlueButton API is about, and what it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from entraide.meetings.models import Tenant

# Names and values of an answer, in the order in which they are written.
Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: whose it is, what it says, and the request that it came with."""

    tenant: Tenant
    given: Mapping[str, str]
    request: HttpRequest
