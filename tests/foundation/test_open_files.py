"""A process asks for the open files it needs, and gets as many as the system allows."""

import subprocess
import sys

import pytest

TELL = """
import resource, sys
from entraide.foundation.open_files import raise_limit
soft, hard, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
print(raise_limit(wanted=wanted), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "then"),
    [
        (256, 1_024, 512, "512 512 1024"),
        (256, 1_024, 4_096, "1024 1024 1024"),
        (512, 1_024, 256, "512 512 1024"),
    ],
)
def test_the_limit_is_raised_as_far_as_wanted_and_allowed(soft: int, hard: int, wanted: int, then: str) -> None:
    arguments = [sys.executable, "-c", TELL, str(soft), str(hard), str(wanted)]
    told = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == then
