"""A join token says what was granted, for a minute, to the gateway alone; everything else is refused."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.meetings.rules.roles import Capability, Role
from entraide.meetings.rules.tokens import AUDIENCE, BadToken, JoinGrant, join_key, read, write

NOW = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
KEY = join_key("a secret of the deployment, long enough")
OTHER = join_key("another secret of a deployment, long enough")
GRANT = JoinGrant(uuid4(), uuid4(), 3, uuid4(), Role.SPEAKER, frozenset({Capability.AUDIO, Capability.DATA}))


def claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a good token, but for these."""
    good: dict[str, Any] = jwt.decode(
        write(GRANT, key=KEY, now=NOW), KEY, algorithms=["HS256"], audience=AUDIENCE, options={"verify_exp": False}
    )
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(**changes: Any) -> str:
    """Return a token with these claims, signed as ours are."""
    return jwt.encode(claims(**changes), KEY, algorithm="HS256")


def test_what_was_granted_is_read() -> None:
    assert read(write(GRANT, key=KEY, now=NOW), keys=[KEY], now=NOW) == GRANT


@pytest.mark.parametrize(
    ("seconds", "good"), [(0, True), (59, True), (60, False), (3_600, False), (-5, True), (-6, False)]
)
def test_it_lasts_a_minute(seconds: int, good: bool) -> None:
    token, then = write(GRANT, key=KEY, now=NOW), NOW + timedelta(seconds=seconds)
    if good:
        assert read(token, keys=[KEY], now=then) == GRANT
    else:
        with pytest.raises(BadToken):
            read(token, keys=[KEY], now=then)


def test_the_former_key_is_taken_while_it_is_changed() -> None:
    token = write(GRANT, key=KEY, now=NOW)
    assert read(token, keys=[OTHER, KEY], now=NOW) == GRANT
    for keys in ([OTHER], []):
        with pytest.raises(BadToken):
            read(token, keys=keys, now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-service"},
        {"aud": None},
        {"exp": None},
        {"exp": int(NOW.timestamp()) + 86_400},
        {"exp": "soon"},
        {"iat": None},
        {"jti": None},
        {"jti": 7},
        {"jti": "7"},
        {"room": "*"},
        {"room": ["a"]},
        {"epoch": -1},
        {"epoch": True},
        {"epoch": "3"},
        {"epoch": 1.5},
        {"participant": ""},
        {"role": "admin"},
        {"role": ["owner"]},
        {"caps": ["root"]},
        {"caps": 3},
        {"caps": [["data"]]},
    ],
    ids=str,
)
def test_claims_that_are_missing_or_strange_open_nothing(changes: dict[str, Any]) -> None:
    assert read(signed(), keys=[KEY], now=NOW) == GRANT
    with pytest.raises(BadToken):
        read(signed(**changes), keys=[KEY], now=NOW)


def test_a_token_that_nobody_signed_opens_nothing() -> None:
    unsigned = jwt.encode(claims(), "", algorithm="none")
    with pytest.raises(BadToken):
        read(unsigned, keys=[KEY], now=NOW)


def test_a_token_of_another_algorithm_opens_nothing() -> None:
    with pytest.raises(BadToken):
        read(jwt.encode(claims(), KEY + KEY, algorithm="HS512"), keys=[KEY + KEY], now=NOW)


def test_changing_what_it_says_breaks_it() -> None:
    head, _, seal = write(GRANT, key=KEY, now=NOW).split(".")
    owner = base64.urlsafe_b64encode(json.dumps(claims(role="owner")).encode()).decode().rstrip("=")
    with pytest.raises(BadToken):
        read(f"{head}.{owner}.{seal}", keys=[KEY], now=NOW)


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda each: base64.urlsafe_b64encode(each).decode()))
def test_rubbish_opens_nothing(text: str) -> None:
    with pytest.raises(BadToken):
        read(text, keys=[KEY], now=NOW)


def test_an_endless_token_is_not_even_read() -> None:
    with pytest.raises(BadToken, match="too long"):
        read("a." * 100_000, keys=[KEY], now=NOW)
