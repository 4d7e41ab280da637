"""A campaign asks this machine, and what its own list names; nobody else."""

import pytest

from entraidectl.load.targets import NotAllowed, check


@pytest.mark.parametrize(
    ("target", "origin"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_this_machine_may_be_asked(target: str, origin: str) -> None:
    assert check(target, allowed=()) == origin


@pytest.mark.parametrize(
    "target",
    [
        "http://192.0.2.7",
        "https://198.51.100.1:8443",
        "http://0.0.0.0:8000",
        "http://10.0.0.1",
        "http://[2001:db8::1]",
        "ftp://127.0.0.1",
        "127.0.0.1:8000",
        "http://",
        "http://user@127.0.0.1",
        "http://127.0.0.1/fr/",
        "http://127.0.0.1?q=1",
        "http://name.invalid",
    ],
)
def test_nothing_else_may_be_asked(target: str) -> None:
    with pytest.raises(NotAllowed):
        check(target, allowed=())


def test_what_the_list_names_may_be_asked_and_nothing_that_looks_like_it() -> None:
    allowed = ["https://rehearsal.example.org"]

    assert check("https://rehearsal.example.org", allowed=allowed) == "https://rehearsal.example.org"
    for other in (
        "http://rehearsal.example.org",
        "https://rehearsal.example.org:444",
        "https://a.rehearsal.example.org",
    ):
        with pytest.raises(NotAllowed):
            check(other, allowed=allowed)
