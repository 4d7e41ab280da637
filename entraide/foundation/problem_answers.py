"""A problem document as an answer of Django's. Needs no settings: what answers errors is imported before they are."""

from django.http import HttpResponse

from entraide.foundation import problems
from entraide.foundation.problems import Problem


def answer(problem: Problem) -> HttpResponse:
    """Return a problem as an answer that nobody keeps."""
    return HttpResponse(
        problems.encode(problem),
        status=problem.status,
        content_type=problems.MEDIA_TYPE,
        headers={"Cache-Control": "no-store"},
    )
