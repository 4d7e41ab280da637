"""No page is compressed here, and private ones ask everybody on the way to leave them as they are."""

import pytest

from tests.strict_client import StrictClient
from tests.volunteering.desk_situations import signed_in

pytestmark = pytest.mark.django_db
ASKS = {"accept-encoding": "gzip, br, zstd"}


@pytest.mark.parametrize("path", ["/en/", "/en/missions/", "/en/help/"])
def test_public_pages_are_the_same_for_every_cache(client: StrictClient, path: str) -> None:
    answer = client.get(path, headers=ASKS)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers
    # The edge may compress them.
    assert "no-transform" not in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/en/me/", "/en/me/profile/", "/en/me/address/", "/en/me/tokens/", "/en/nothing/"])
def test_private_pages_and_faults_are_left_as_they_are(path: str) -> None:
    answer = signed_in("volunteer").get(path, headers=ASKS)
    assert "Content-Encoding" not in answer.headers
    assert answer["Cache-Control"] == "private, no-store, no-transform"
