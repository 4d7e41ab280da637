"""site.toml: every mistake is told with its line and the remedy, and the example is free of any."""

from pathlib import Path

import pytest

from entraidectl.edge.site.declarations import Site
from entraidectl.edge.site.lines import line_of
from entraidectl.edge.site.mistakes import SiteMistaken
from entraidectl.edge.site.reading import from_text, read

EXAMPLE = Path(__file__).resolve().parents[3] / "ops" / "edge" / "site.example.toml"
SHORTEST = """\
version = 1
[domains]
portal = "aide.example.org"
[tls]
certificate = "a.pem"
key = "b.pem"
[pools.web]
servers = ["10.0.0.1:8000"]
[pools.intake]
servers = ["10.0.0.1:8001"]
"""


def mistakes_in(text: str) -> list[str]:
    with pytest.raises(SiteMistaken) as raised:
        from_text(text, file=Path("site.toml"))
    return str(raised.value).splitlines()


def test_the_example_is_read() -> None:
    site = read(EXAMPLE)
    assert site.domains.certificates == "attestation.example.org"
    assert [each.node for each in site.addresses] == ["edge-1", "edge-2"]


def test_what_is_not_said_has_its_default() -> None:
    site = from_text(SHORTEST, file=Path("site.toml"))
    assert isinstance(site, Site)
    assert (site.listen.https, site.firewall.level, site.cache.megabytes) == (443, "off", 256)


def test_all_mistakes_are_told_at_once_each_with_its_line_and_the_remedy() -> None:
    text = SHORTEST.replace("version = 1", "version = 3").replace('portal = "aide', 'portl = 3\nportal = "AIDE')
    text = text.replace(
        'servers = ["10.0.0.1:8000"]', 'servers = [\n  "10.0.0.1:8000",\n  "10.0.0.2",\n]\nseconds = "30"'
    )
    assert mistakes_in(text) == [
        "site.toml:1: version: 3 does not fit: write 1",
        "site.toml:3: domains.portl: is not known here: did you mean portal?",
        "site.toml:4: domains.portal: 'AIDE.example.org' does not fit: write a host name in small letters: "
        '"aide.example.org"',
        "site.toml:9: pools.web.servers[1]: '10.0.0.2' does not fit: write a server with its port: \"10.0.0.4:8000\", "
        '"[2001:db8::4]:8000"',
        "site.toml:13: pools.web.seconds: '30' does not fit: write whole seconds from 1 to 3600",
    ]


def test_an_empty_file_is_told_what_it_needs() -> None:
    assert [line.split(":")[2].strip() for line in mistakes_in("")] == ["version", "domains", "tls", "pools"]


def test_a_file_that_is_no_toml_names_the_line() -> None:
    assert mistakes_in("version = 1\n[domains\n")[0].startswith("site.toml:2: is no TOML: ")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SiteMistaken, match=r"cannot be read \(No such file or directory\); ops/edge/site.example.toml"):
        read(tmp_path / "site.toml")
    (tmp_path / "latin").write_bytes(b"\xe9")
    with pytest.raises(SiteMistaken, match="it is not UTF-8"):
        read(tmp_path / "latin")


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ('[domains]\nportal = "a.example.org"\ncertificates = "b.example.org"', "has nothing behind it"),
        ('[domains]\nportal = "a.example.org"\nalso = ["a.example.org"]', "a.example.org is named twice"),
        ('[tls]\ncertificate = "a.pem"', "tls.key: is missing: name both files"),
        ('[tls]\ncertificate = "a.pem"\n[tls.acme]\nmail = "a@example.org"', "files or fetched, not both"),
        ("[listen]\nhttp = 443", "port 443 is that of listen.http too"),
        ('[metrics]\nallowed = ["10.0.0.0/99"]', "'10.0.0.0/99' is no address"),
        ('[metrics]\nallowed = ["10.0.0.1/8"]', "'10.0.0.1/8' is no address"),
        ('[pools.web]\nservers = ["10.0.0.1:99999"]', "a port is a whole number from 1 to 65535"),
        ('[[nodes]]\nname = "one"\naddress = "10.0.0.1"\n[[nodes]]\nname = "one"\naddress = "10.0.0.2"', "two nodes"),
        ('[[addresses]]\naddress = "192.0.2.1"\nnode = "one"', "no node is named one: there are none"),
        (
            '[[nodes]]\nname = "one"\naddress = "10.0.0.1"\n[[addresses]]\naddress = "10.0.0.1"\nnode = "one"',
            "10.0.0.1 is a node's own",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(added: str, told: str) -> None:
    table = added.splitlines()[0]
    sections = [f"[{section}" for section in ("\n" + SHORTEST).split("\n[")[1:]]
    kept = [section for section in sections if not section.startswith(table)]
    assert told in "\n".join(mistakes_in("\n".join(["version = 1", *kept, added])))


@pytest.mark.parametrize(
    "text",
    ["a.example.org;", "a b.example.org", "a.example.org}", "$host", "a.example.org\\n", 'a".org', "é.example.org", ""],
)
def test_no_value_can_say_something_to_nginx(text: str) -> None:
    assert mistakes_in(SHORTEST.replace('"aide.example.org"', f"'{text}'"))
    assert mistakes_in(SHORTEST.replace('"a.pem"', f"'{text} ;'"))
    assert mistakes_in(SHORTEST.replace('"10.0.0.1:8000"', f"'{text} :80'"))


def test_a_key_is_found_on_the_line_where_its_value_begins() -> None:
    text = '# one\n[[a]]\nb = 1\n\n[[a]]\nb = """\nb = 2\n[a]\n"""\nc = [\n  1,\n]\nd.e = 3\n'
    assert line_of(text, ("a", 0, "b")) == 3
    assert line_of(text, ("a", 1)) == 5
    assert line_of(text, ("a", 1, "b")) == 6
    assert line_of(text, ("a", 1, "c", 0)) == 10
    assert line_of(text, ("a", 1, "d", "e")) == 13
    # What is not there is missing from its table.
    assert line_of(text, ("a", 1, "z")) == 5
    assert line_of(text, ("z",)) == 1
