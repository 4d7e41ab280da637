"""The HTTP API's frame: how errors are answered, whatever app they come from. Problem documents of RFC 9457."""

import re
from collections.abc import Sequence
from typing import Any

import pydantic
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from entraide.foundation import problems
from entraide.foundation.problem_answers import answer
from entraide.foundation.problems import FieldProblem, Problem, plain

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _printable(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("must not contain control characters")
    return value


CleanText = pydantic.AfterValidator(_printable)


class ApiProblem(Exception):
    """An endpoint's answer that is a problem document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class ProblemApi(NinjaAPI):
    """An API whose description says that errors are problem documents."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description, each error's media type put right."""
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "content" in response:
                        response["content"] = {problems.MEDIA_TYPE: response["content"]["application/json"]}
        return schema


def make_api(*, title: str, version: str, description: str) -> NinjaAPI:
    """Return an API whose every error is a problem document."""
    api = ProblemApi(title=title, version=version, description=description, docs_url=None)

    def on(kind: type[Exception], problem_of: Any) -> None:
        api.add_exception_handler(kind, lambda request, error: answer(problem_of(error)))

    on(ApiProblem, lambda error: error.problem)
    on(ValidationError, lambda error: plain(422, detail="Some values cannot be used.", errors=_fields(error.errors)))
    on(AuthorizationError, lambda error: plain(403, detail="This token does not allow it."))
    on(HttpError, lambda error: plain(error.status_code, detail=str(error)))
    on(Http404, lambda error: plain(404, detail="There is nothing here, or it is not yours."))
    on(RequestDataTooBig, lambda error: plain(413, detail="The body is too large."))
    on(SuspiciousOperation, lambda error: plain(400, detail="The request cannot be understood."))
    on(UnicodeDecodeError, lambda error: plain(400, detail="The body is not UTF-8."))
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    return api


def _unauthenticated(request: HttpRequest, error: AuthenticationError | type[AuthenticationError]) -> HttpResponse:
    response = answer(plain(401, detail="Send a token: Authorization: Bearer …"))
    response["WWW-Authenticate"] = "Bearer"
    return response


def _fields(errors: Sequence[dict[str, Any]]) -> list[FieldProblem]:
    # A place is (body or query or header, the endpoint's argument, the field …): the caller knows the last parts alone.
    return [
        FieldProblem(
            field=".".join(str(part) for part in error["loc"][2:] or error["loc"][-1:]),
            code=str(error["type"]),
            detail=str(error["msg"]),
        )
        for error in errors
    ]
