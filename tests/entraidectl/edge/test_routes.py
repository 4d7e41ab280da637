"""Routes of the manifest as expressions: they match the platform's addresses and nothing else."""

import re
from pathlib import Path

import pytest

from entraidectl.cli import DEFAULT_MANIFEST
from entraidectl.edge.routes import expression, groups, secrets_hidden, unknown_routes
from entraidectl.edge.site.declarations import RouteRate
from entraidectl.edge.site.reading import from_text
from entraidectl.manifest import Manifest, Route, load
from tests.entraidectl.edge.test_site_file import SHORTEST

SOME_UUID = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("<fr|en>/", ["fr/", "en/"], ["", "de/", "fr", "fr/x"]),
        ("<fr|en>/m/<uuid:mission_id>/", [f"fr/m/{SOME_UUID}/"], ["fr/m/1/", f"fr/m/{SOME_UUID}"]),
        ("a/<int:pk>/b", ["a/12/b"], ["a/x/b", "a//b"]),
        ("a/<slug:code>/", ["a/b_c-1/"], ["a/b.c/", "a/b/c/"]),
        ("a/<path:rest>", ["a/b/c"], ["a/"]),
        ("a/<deed:deed>.ics", ["a/x.ics"], ["a/x-ics", "a/x/y.ics"]),
        ("v1/line.css", ["v1/line.css"], ["v1/lineXcss"]),
    ],
)  # fmt: skip
def test_a_pattern_matches_its_addresses_alone(pattern: str, matching: list[str], others: list[str]) -> None:
    for address in matching:
        assert re.fullmatch(expression(pattern), address), address
    for address in others:
        assert not re.fullmatch(expression(pattern), address), address


def test_no_private_route_of_the_platform_is_in_a_group_that_is_kept() -> None:
    manifest = load(DEFAULT_MANIFEST)
    public = [group for group in groups(manifest, from_text(SHORTEST, file=Path("site.toml"))) if group.public]
    assert public
    for route in manifest.routes:
        if route.s_maxage == 0:
            for example in examples(route):
                assert not any(re.match(group.regex, example) for group in public), example


def examples(route: Route) -> list[str]:
    """Return addresses of a route, in each language."""
    values = {"uuid": SOME_UUID, "uuidstr": SOME_UUID, "int": "3"}
    return [
        "/"
        + re.sub(r"<([^<>|]+)>", lambda part: values.get(part[1].split(":")[0], "word"), route.pattern).replace(
            "<fr|en>", language
        )
        for language in ("fr", "en")
    ]


def test_a_route_with_a_bound_of_its_own_is_a_group_of_its_own() -> None:
    bound = '[[rates.routes]]\nroute = "{}"\nper_second = 5\nburst = 9\n'
    text = SHORTEST + bound.format("a/") + bound.format("c/")
    site = from_text(text, file=Path("site.toml"))
    manifest = Manifest((), (Route("a/", "web", ("GET",), 10, 0), Route("b/", "web", ("GET",), 10, 0)), (), ())
    assert [each.key for each in unknown_routes(manifest, site)] == ["rates.routes[1].route"]
    known = Manifest((), (*manifest.routes, Route("c/", "web", ("POST",), 0, 9)), (), ())
    found = groups(known, site)
    assert [(group.regex, group.public) for group in found] == [
        ("^/(?:a/)$", True),
        ("^/(?:c/)$", False),
        ("^/(?:b/)$", True),
    ]
    assert found[1].rate == RouteRate(route="c/", per_second=5, burst=9)
    assert found[1].body_limit == 9


def test_addresses_with_a_secret_are_known() -> None:
    hidden = secrets_hidden(load(DEFAULT_MANIFEST).routes)
    path = "/fr/place/not-for-a-log/"
    match = next(found for found in (re.match(each[0][1:].replace("?<", "?P<"), path) for each in hidden) if found)
    assert match["before"] + "…" + match["after"] == "/fr/place/…/"
