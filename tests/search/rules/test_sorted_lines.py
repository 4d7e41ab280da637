"""Texts in sorted lines are found as those of a dict are."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from entraide.search.rules.sorted_lines import SortedLines

# Few letters, one of them long in UTF-8 and one before the tab, so that keys begin alike and meet.
texts = st.text(alphabet="ab\x01é", max_size=4)


@given(st.lists(st.tuples(texts, texts)), st.lists(texts))
def test_every_key_has_its_texts_and_no_other_has_any(pairs: list[tuple[str, str]], others: list[str]) -> None:
    expected: dict[str, list[str]] = defaultdict(list)
    for key, text in pairs:
        expected[key].append(text)
    lines = SortedLines(pairs)
    assert len(lines) == len(pairs)
    for key in [*expected, *others]:
        assert lines.of(key) == sorted(expected.get(key, []))
