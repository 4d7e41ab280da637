"""Clients of the BigBlueButton API that others wrote, against a real web process of ours."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from entraide.meetings.models import TenantMeeting
from tests.meetings.platforms import Platform
from tests.server import ROOT, web_server

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # The client asks for a pattern with an escape that Python warns of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning"),
]


@pytest.fixture
def platform() -> Platform:
    """A learning platform that signs with SHA-1, as each of these clients does."""
    return Platform("school", algorithm="sha1")


@pytest.fixture
def address(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a web process."""
    with web_server(database_url=database_url, VAR_DIR=str(tmp_path)) as running:
        yield running


def test_bigbluebutton_api_python_goes_through_a_meeting(platform: Platform, address: str) -> None:
    from bigbluebutton_api_python import BigBlueButton
    from bigbluebutton_api_python.exception import BBBException

    client: Any = BigBlueButton(address, platform.secret)
    assert client.get_api_version().get_field("version") == "2.0"
    given = {"name": "Maths à 10 h", "moderatorPW": "mp", "attendeePW": "ap"}
    created = client.create_meeting("py 1", params=dict(given), meta={"Course": "7b"})
    assert created.get_field("meetingID") == "py 1"
    again = client.create_meeting("py 1", params=dict(given))
    assert again.get_field("messageKey") == "duplicateWarning"
    moved = httpx.get(client.get_join_meeting_url("Zoé Müller", "py 1", "mp"))
    assert moved.status_code == 302 and "/bigbluebutton/enter/" in moved.headers["location"]
    assert not client.is_meeting_running("py 1").is_meeting_running()
    info = client.get_meeting_info("py 1")
    assert info.get_meetinginfo().get_meetingname() == "Maths à 10 h"
    assert info.get_attendees() == []
    # Of one meeting alone it makes a list of that meeting's fields.
    client.create_meeting("py 2", params=dict(given))
    assert [each.get_meetingid() for each in client.get_meetings().get_meetings()] == ["py 1", "py 2"]
    assert client.get_recordings().get_recordings() == []
    client.end_meeting("py 1", "mp")
    with pytest.raises(BBBException) as missing:
        client.get_meeting_info("py 1")
    assert "could not find a meeting" in str(missing.value)


def test_bbbctl_goes_through_a_meeting(platform: Platform, address: str) -> None:
    import bbbctl

    client = bbbctl.BBBApiClient(f"{address}/bigbluebutton/api", platform.secret)
    assert client.getMeetings() == []
    created = client.createMeeting("ctl 1", "Maths à 10 h", welcome="Hello & <welcome>")
    assert created.findtext("meetingID") == "ctl 1"
    assert TenantMeeting.objects.get().parameters["welcome"] == "Hello & <welcome>"
    assert httpx.get(client.getJoinLink("ctl 1", "Zoé Müller", role="MODERATOR")).status_code == 302
    assert [each.findtext("meetingID") for each in client.getMeetings()] == ["ctl 1"]
    assert client.getMeetingInfo("ctl 1").findtext("running") == "false"
    assert client.getRecordings() == []
    with pytest.raises(bbbctl.ApiError):
        client.deleteRecordings("r1")
    client.end("ctl 1")
    assert client.getMeetings() == []
    with pytest.raises(bbbctl.ApiError):
        bbbctl.BBBApiClient(f"{address}/bigbluebutton/api", "another secret").getMeetings()


def test_bigbluebutton_js_goes_through_a_meeting(platform: Platform, address: str) -> None:
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "bigbluebutton-js").exists():
        pytest.skip("Node.js or its packages are missing: bin/build assets")
    command = [node, "tests/meetings/bbb_client.mjs", f"{address}/bigbluebutton/", platform.secret]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    codes = {name: answer["returncode"] for name, answer in told.items()}
    assert codes == {name: "FAILED" if name == "gone" else "SUCCESS" for name in told}
    assert told["none"]["messageKey"] == "noMeetings" and told["gone"]["messageKey"] == "notFound"
    assert "/bigbluebutton/enter/" in told["joined"]["url"]
    assert told["info"]["meetingName"] == "Maths à 10 h"
    assert [each["meetingID"] for each in told["meetings"]["meetings"]] == ["js 1"]
    assert told["hooks"]["hooks"]["hook"]["callbackURL"] == "https://example.org/hook"
    assert told["destroyed"]["removed"] is True
