"""What the arguments of bin/test choose, and so what it fetches before it begins."""

import pytest

from bin.steps.chosen import wants_browser, wants_certificates


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


def test_what_certificates_are_tried_with_is_fetched_for_their_tests_alone() -> None:
    for arguments in ([], ["tests"], ["tests/certificates"], ["tests/certificates/test_keys.py"]):
        assert wants_certificates(arguments)
    for arguments in (["tests/guard"], ["tests/certificates_site/test_pages.py"]):
        assert not wants_certificates(arguments)
