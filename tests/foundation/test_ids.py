"""Ids sort by time; those of a seed are the same every time."""

from entraide.foundation.ids import new_id, seeded, seeded_id


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [new_id() for _ in range(100)]
    assert made == sorted(made)
    assert {each.version for each in made} == {7}


def test_seeded_ids_are_the_same_every_time() -> None:
    with seeded("a mission"):
        once = [new_id() for _ in range(3)]
    with seeded("a mission"):
        again = [new_id() for _ in range(3)]
    assert once == again == sorted(once)
    assert once[0] == seeded_id("a mission")
    assert len({*once, seeded_id("another mission")}) == 4
    assert {(each.version, each.variant) for each in once} == {(7, once[0].variant)}


def test_a_seed_ends_with_its_context() -> None:
    with seeded("a mission"):
        inside = new_id()
    assert new_id() != inside
