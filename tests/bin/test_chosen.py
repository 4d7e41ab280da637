"""What the arguments of bin/test choose, and so what it fetches before it begins."""

import pytest

from bin.steps.chosen import wants_browser, wants_tests_of


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-x", "-k", "mail"],
        ["tests"],
        ["tests/"],
        ["./tests/journeys"],
        ["tests/journeys/test_sign_up.py"],
        ["tests/journeys/test_sign_up.py::test_the_form_fits_a_small_screen"],
        ["tests/guard", "tests/journeys/test_passkeys.py"],
        ["-m", "browser"],
        # The word of an option that is also a folder's name is no path of tests.
        ["-k", "bin"],
    ],
)
def test_a_browser_is_fetched_for_every_way_to_choose_its_tests(arguments: list[str]) -> None:
    assert wants_browser(arguments)


@pytest.mark.parametrize(
    "arguments", [["tests/guard"], ["tests/guard/test_once.py", "-x"], ["-m", "not browser"], ["tests/bin/"]]
)
def test_no_browser_is_fetched_for_tests_that_drive_none(arguments: list[str]) -> None:
    assert not wants_browser(arguments)


@pytest.mark.parametrize(
    ("room", "file"),
    [
        ("certificates", "test_keys.py"),
        ("meetings", "test_plan.py"),
        ("entraidectl/edge", "test_cache.py"),
        ("entraidectl/status", "test_checked.py"),
    ],
)
def test_what_a_room_is_tried_with_is_fetched_for_its_tests_alone(room: str, file: str) -> None:
    for arguments in ([], ["tests"], [f"tests/{room}"], [f"tests/{room}/{file}"]):
        assert wants_tests_of(room, arguments)
    for arguments in (["tests/guard"], ["tests/certificates_site/test_pages.py"]):
        assert not wants_tests_of(room, arguments)
