"""The manifest says what the platform is today, and the operator's tool can read it."""

from entraide.volunteering.rules.mission_search import LONGEST_PLACE
from entraide.volunteering.rules.signup import NAME_MAX
from entraidectl import manifest as reader
from ops.build import manifest as builder


def test_the_manifest_is_what_would_be_written_now() -> None:
    assert builder.FILE.read_text(encoding="utf-8") == builder.text()


def test_the_operators_tool_reads_it() -> None:
    read = reader.load(builder.FILE)
    assert {process.name for process in read.processes} == {"web", "intake", "signalling", "worker", "indexer", "seals"}
    assert any(route.s_maxage > 0 for route in read.routes)
    assert len(read.communes) == builder.COMMUNES
    assert read.communes[0].name == "Paris"


def test_a_firewall_learns_where_people_write_what_they_like_and_nowhere_else() -> None:
    fields = {each.field: each.longest for each in reader.load(builder.FILE).free_text_fields}
    # Of a form, of the HTTP API and of forms, of an address, of a sign-up.
    assert fields["description"] == 10_000
    assert fields["motivation"] == 2_000
    assert fields["where"] == LONGEST_PLACE
    assert fields["last_name"] >= NAME_MAX
    assert not fields.keys() & {
        "email",
        "siret",
        "postcode",
        "code",
        "key",
        "csrfmiddlewaretoken",
        "credential",
        "seen",
    }
