"""The strict client itself must be able to fail."""

import pytest

from tests.strict_client import page_faults


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>alert(1)</script>", "inline script"),
        ('<p style="color: red">x</p>', "inline style on <p>"),
        ('<a onclick="x()">x</a>', "inline handler onclick on <a>"),
        ('<script src="https://cdn.example/x.js"></script>', "<script src> leads to another site"),
        ('<img src="//cdn.example/x.png" alt="">', "<img src> leads to another site"),
        ("<p>{{ name }}</p>", "template syntax leaks into the page"),
        ('<img src="/x.png">', "image without alt"),
        ('<p id="a"></p><p id="a"></p>', "id 'a' stands twice"),
        ('<html lang="fr"><h1>a</h1><h1>b</h1></html>', "2 headings of level 1"),
        ("<html><h1>a</h1></html>", "language ''"),
    ],
)
def test_each_fault_is_found(html: str, fault: str) -> None:
    assert fault in page_faults(html)


def test_a_sound_page_has_no_fault() -> None:
    sound = '<html lang="fr"><h1>a</h1><script src="/static/a.js"></script><script type="application/json">{}</script>'
    assert page_faults(sound) == []
