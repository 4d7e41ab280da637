"""The manifest says what the platform is today, and the operator's tool can read it."""

from entraidectl import manifest as reader
from ops.build import manifest as builder


def test_the_manifest_is_what_would_be_written_now() -> None:
    assert builder.FILE.read_text(encoding="utf-8") == builder.text()


def test_the_operators_tool_reads_it() -> None:
    read = reader.load(builder.FILE)
    assert {process.name for process in read.processes} == {"web", "intake", "worker", "seals"}
    assert any(route.s_maxage > 0 for route in read.routes)
