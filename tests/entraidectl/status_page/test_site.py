"""[status] of site.toml: its defaults, and mistakes that are told."""

from pathlib import Path

import pytest

from entraidectl.edge.site.mistakes import SiteMistaken
from entraidectl.edge.site.reading import from_text, read
from entraidectl.status.page.subject import subject_of
from tests.entraidectl.edge.test_site_file import EXAMPLE, SHORTEST

COMPONENT = '[[status.components]]\nid = "signup"\nfrench = "Inscriptions"\nenglish = "Sign-ups"\n'


def test_the_shortest_has_its_address_on_the_portal() -> None:
    site = from_text(f"{SHORTEST}[status]\n{COMPONENT}", file=Path("site.toml"))
    assert site.status
    subject = subject_of(site, site.status)
    assert (subject.address, subject.portal) == ("https://aide.example.org/status/", "https://aide.example.org/")
    assert subject.zone.key == "Europe/Paris"


def test_the_example_has_a_page_that_its_edges_serve() -> None:
    site = read(EXAMPLE)
    assert site.status
    assert site.status.served in site.status.folders
    assert len(site.status.components) > 3


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"{COMPONENT}{COMPONENT}", "status.components[1].id: signup is named twice: choose another"),
        (f'zone = "Europe/Pari"\n{COMPONENT}', "'Europe/Pari' is no time zone"),
        (f'served = "pages"\n{COMPONENT}', "'pages' begins with /, since nginx looks from there"),
        (f'commands = ["rsync -a here there"]\n{COMPONENT}', "write a command with {pages} in it"),
        (f'commands = ["rsync \'{{pages}}"]\n{COMPONENT}', "cannot be taken apart: No closing quotation"),
        (f'address = "http://x/status"\n{COMPONENT}', "an address that ends in /"),
        ("", "status.components: is missing"),
        (COMPONENT.replace('"Inscriptions"', '""'), "a text of 1 to 80 letters on one line"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_remedy(said: str, told: str) -> None:
    with pytest.raises(SiteMistaken) as raised:
        from_text(f"{SHORTEST}[status]\n{said}", file=Path("site.toml"))
    assert told in str(raised.value)
    assert int(str(raised.value).split(":")[1]) > SHORTEST.count("\n")
