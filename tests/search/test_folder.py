"""A node's folder: swapped whole, checked before it is used, written by one."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from entraide.search.index.folder import STATE, Broken, Busy, Folder, Generation, Position
from entraide.search.index.reading import Missing, Reader
from entraide.search.index.writing import Writer
from tests.search.situations import indexed, thing


def test_a_node_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        Reader(tmp_path / "nothing").state()


def test_a_sealed_generation_tells_its_position(tmp_path: Path) -> None:
    indexed(tmp_path, [thing("a")])
    generation = Folder(tmp_path).current()
    assert generation is not None
    assert generation.position() == Position("one", 1)


def test_a_changed_bit_is_found(tmp_path: Path) -> None:
    indexed(tmp_path, [thing(str(number)) for number in range(100)])
    generation = Folder(tmp_path).current()
    assert generation is not None
    terms = next(generation.path.glob("*.term"))
    content = bytearray(terms.read_bytes())
    content[len(content) // 2] ^= 1
    # Another file in its place: the engine may have this one mapped, and would die of its getting shorter for a moment.
    changed = tmp_path / "changed"
    changed.write_bytes(content)
    changed.replace(terms)
    with pytest.raises(Broken, match=terms.name):
        generation.position()


@pytest.mark.parametrize(
    "state", ["", "{", "[]", '{"edition": 0, "files": {}, "position": {"database": "", "horizon": 1}}']
)
def test_a_state_that_cannot_be_used_is_refused(tmp_path: Path, state: str) -> None:
    indexed(tmp_path, [thing("a")])
    generation = Folder(tmp_path).current()
    assert generation is not None
    (generation.path / STATE).write_text(state, encoding="utf-8")
    with pytest.raises(Broken):
        generation.position()


def test_one_process_writes(tmp_path: Path) -> None:
    with Folder(tmp_path).writing(), pytest.raises(Busy), Folder(tmp_path).writing():
        pass
    with Folder(tmp_path).writing():
        pass


def test_a_generation_takes_the_place_of_another_under_its_readers(tmp_path: Path) -> None:
    indexed(tmp_path, [thing("old")])
    reader = Reader(tmp_path)
    before = reader.state()
    folder = Folder(tmp_path)
    generation = folder.begin()
    with Writer(generation) as writer:
        writer.add([thing("new"), thing("newer")])
        writer.commit(Position("one", 2))
        assert reader.state().size == 1
    folder.use(generation)
    assert before.size == 1
    assert Reader(tmp_path).state().size == 2
    assert [each.name for each in tmp_path.iterdir() if each.is_dir() and not each.is_symlink()] == [
        generation.path.name
    ]


def test_what_was_not_committed_is_forgotten(tmp_path: Path) -> None:
    indexed(tmp_path, [thing("a")])
    generation = Folder(tmp_path).current()
    assert generation is not None
    with Writer(generation) as writer:
        writer.add([thing("b")])
    assert Reader(tmp_path).state().size == 1
    assert generation.position() == Position("one", 1)


def test_what_a_merge_has_not_finished_is_no_part_of_a_seal(tmp_path: Path) -> None:
    generation = Folder(tmp_path).begin()
    with Writer(generation) as writer:
        writer.add([thing("a")])
        # A merge of the engine writes these beside the segments, and may go on or take them back at any moment.
        (generation.path / f"{uuid4().hex}.term").write_bytes(b"half a fi")
        (generation.path / ".tmpIF8i2K").write_bytes(b"")
        writer.commit(Position("one", 7))
    sealed = json.loads((generation.path / STATE).read_text())["files"]
    for half in [*generation.path.glob("*.term"), generation.path / ".tmpIF8i2K"]:
        if half.name not in sealed:
            half.write_bytes(b"half a file, and its other half")

    assert generation.position() == Position("one", 7)
    assert sealed
    assert not any(name.startswith(".") for name in sealed)


def test_a_segment_that_a_merge_has_taken_away_meanwhile_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = Folder(tmp_path).begin()
    with Writer(generation) as writer:
        writer.add([thing("a")])
        writer.commit(Position("one", 7))
    committed = generation._committed()
    monkeypatch.setattr(Generation, "_committed", lambda _: [*committed, f"{uuid4().hex}.term"])

    generation.seal(Position("one", 8))

    assert generation.position() == Position("one", 8)
