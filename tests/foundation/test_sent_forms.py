"""What is sent to a page is a form that can be read, or a page says what is wrong with it."""

import pytest

from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
PAGE = "/en/account/login/"


@pytest.mark.parametrize(
    ("media_type", "body", "status", "said"),
    [
        (FORM, b"email=a%ff%40example.org", 400, "The field “email” holds characters that cannot be read."),
        (FORM, b"%3Cb%3E%ff=1", 400, "“&lt;b&gt;\ufffd”"),
        (FORM, b"email=\xe9@example.org", 400, "What was sent is not a complete form."),
        (FORM, b"x" * 1_000_001, 413, "More was sent than this page takes."),
        (FORM, b"&".join(b"a=1" for _ in range(501)), 400, "What was sent is not a complete form."),
        ("multipart/form-data", b"--x--", 400, "What was sent is not a complete form."),
        ("application/json", b"{}", 415, "This page takes what a form sends"),
        (f"{FORM}; charset=utf-16", b"a=1", 415, "This page takes what a form sends"),
    ],
)
def test_what_cannot_be_read_is_said(
    client: StrictClient, media_type: str, body: bytes, status: int, said: str
) -> None:
    answer = client.post(PAGE, body, content_type=media_type)
    assert answer.status_code == status
    assert f"Error {status}" in answer.content.decode()
    assert said in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store, no-transform"


@pytest.mark.parametrize("length", ["-1", "²", "9" * 400, "ten"])
def test_a_length_that_is_none_is_refused(client: StrictClient, length: str) -> None:
    assert client.post(PAGE, b"a=1", content_type=FORM, CONTENT_LENGTH=length).status_code == 413


def test_nothing_at_all_is_left_to_the_view(client: StrictClient) -> None:
    answer = client.post(PAGE, b"", content_type="")
    assert answer.status_code == 400
    assert 'id="id_email_error"' in answer.content.decode()
