"""The site's own tests, which run in Node.js."""

from bin.steps import certificates_site


def test_the_format_in_typescript_passes_its_own_tests() -> None:
    assert certificates_site.main(["test"]) == 0
