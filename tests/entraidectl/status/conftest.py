"""What was made of a site, for tests that read it."""

from pathlib import Path

import pytest

from tests.entraidectl.status.supervised import MAIL, SITE, WEBHOOK, write


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the files of a site with all that may be told."""
    folder = tmp_path_factory.mktemp("supervision")
    result = write(folder, SITE + MAIL + WEBHOOK)
    assert result.exit_code == 0, result.output
    return folder / "out"
