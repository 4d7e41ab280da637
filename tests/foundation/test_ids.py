"""Ids sort by time; those of a seed are the same every time."""

from entraide.foundation.ids import new_id, new_secret, seeded, seeded_id


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


def test_secrets_sort_by_time_and_share_nothing_else() -> None:
    made = [new_secret() for _ in range(1000)]
    assert [each.int >> 80 for each in made] == sorted(each.int >> 80 for each in made)
    assert {(each.version, each.variant) for each in made} == {(7, made[0].variant)}
    # Of the 74 bits that are not time, version or variant, each is set in some and not in others.
    said = [each.int & ~(0xF << 76) & ~(0x3 << 62) & (1 << 80) - 1 for each in made]
    assert sum(0 < sum(each >> bit & 1 for each in said) < 1000 for bit in range(80)) == 74
