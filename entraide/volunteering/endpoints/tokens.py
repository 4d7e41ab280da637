"""Who calls: the bearer of a token, within its scopes."""

from typing import Any

from django.http import HttpRequest
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer

from entraide.accounts.api import ApiScope, TokenBearer, bearer_of
from entraide.foundation import clock

LONGEST_TOKEN = 200


class Token(HttpBearer):
    """Lets a request through whose token is in force and has the scope that the endpoint asks for."""

    def __init__(self, scope: ApiScope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the bearer, None for a token that opens nothing; raise AuthorizationError without the scope."""
        if not token.isascii() or not token.isprintable() or len(token) > LONGEST_TOKEN:
            return None
        bearer = bearer_of(secret=token, now=clock.now())
        if bearer is not None and self.scope not in bearer.scopes:
            raise AuthorizationError
        return bearer


def bearer_in(request: HttpRequest) -> TokenBearer:
    """Return whose token came with a request that an endpoint let through."""
    bearer: TokenBearer = request.auth  # type: ignore[attr-defined]
    return bearer
