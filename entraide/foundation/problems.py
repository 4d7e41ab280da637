"""Problem documents of RFC 9457, the one form of every error that a program reads. Django-free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: its name, a stable code and a sentence in the caller's language."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document. `code`, the last part of its type, never changes; `detail` is a sentence for a person.

    `members` are further members of the document, as RFC 9457 allows.
    """

    status: int
    code: str
    title: str
    detail: str = ""
    errors: list[FieldProblem] = field(default_factory=list)
    members: Mapping[str, object] = field(default_factory=dict)


def plain(status: int, *, detail: str = "", errors: Sequence[FieldProblem] = ()) -> Problem:
    """Return the problem that says no more than its HTTP status does, and a detail."""
    phrase = HTTPStatus(status).phrase
    return Problem(
        status=status, code=phrase.lower().replace(" ", "-"), title=phrase, detail=detail, errors=list(errors)
    )


def encode(problem: Problem) -> bytes:
    """Return the problem as JSON, empty members left out."""
    document: dict[str, object] = {
        "type": f"urn:entraide:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
    }
    if problem.detail:
        document["detail"] = problem.detail
    if problem.errors:
        document["errors"] = problem.errors
    return msgspec.json.encode({**document, **problem.members})
