"""What only one process may have."""

import os
import socket
from pathlib import Path

import pytest

from entraide.foundation import claims


def test_the_second_to_lock_a_file_learns_who_was_first(tmp_path: Path) -> None:
    first = claims.lock(tmp_path / "lock", told="process 12")
    with pytest.raises(claims.Taken, match="process 12"):
        claims.lock(tmp_path / "lock", told="process 13")
    os.close(first)
    os.close(claims.lock(tmp_path / "lock", told="process 14"))


def test_a_port_in_use_is_not_free_and_is_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "FREED_WITHIN_SECONDS", 0.0)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        port = listener.getsockname()[1]
        assert not claims.port_is_free(host="127.0.0.1", port=port)
    assert claims.port_is_free(host="127.0.0.1", port=port)


def test_an_address_of_another_machine_is_an_error() -> None:
    with pytest.raises(OSError, match="assign"):
        claims.port_is_free(host="192.0.2.1", port=8000)
