"""Whose rooms go to a tenant's pool."""

from uuid import UUID

import pytest

from entraide.meetings.rules.belonging import BadDomain, Host, Rule, clean_domain, tenant_of

SCHOOLS, TOWN = UUID(int=1), UUID(int=2)
LYCEE = UUID(int=9)
RULES = [
    Rule(tenant=SCHOOLS, domain="ac-strasbourg.example"),
    Rule(tenant=SCHOOLS, domain="*.schools.example"),
    Rule(tenant=TOWN, domain="*.pupils.schools.example"),
    Rule(tenant=TOWN, organisation=LYCEE),
]


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("a@ac-strasbourg.example", SCHOOLS),
        ("a@AC-Strasbourg.example", SCHOOLS),
        ("a@eleve.ac-strasbourg.example", None),
        ("a@ac-strasbourg.example.evil.example", None),
        ("a@notac-strasbourg.example", None),
        ("a@hugo.schools.example", SCHOOLS),
        ("a@deep.hugo.schools.example", SCHOOLS),
        ("a@schools.example", None),
        ("a@evilschools.example", None),
        ("a@x.pupils.schools.example", TOWN),
        ("", None),
        ("@", None),
    ],
)
def test_a_domain_takes_its_own_and_a_star_those_below(email: str, expected: UUID | None) -> None:
    assert tenant_of(Host(email), rules=RULES) == expected


def test_an_organisation_comes_before_a_domain_and_others_belong_to_nobody() -> None:
    teacher = Host("a@ac-strasbourg.example", frozenset({LYCEE}))
    assert tenant_of(teacher, rules=RULES) == TOWN
    assert tenant_of(Host("a@home.example", frozenset({UUID(int=7)})), rules=RULES) is None
    assert tenant_of(teacher, rules=[]) is None


@pytest.mark.parametrize("text", [" @Ac-Paris.example ", "*.ac-paris.example"])
def test_a_domain_is_kept_plain(text: str) -> None:
    assert clean_domain(text) in ("ac-paris.example", "*.ac-paris.example")


@pytest.mark.parametrize(
    "text", ["", "*", "*.fr.", "fr", "a b.example", "*.*.example", "a..example", "x" * 300 + ".fr"]
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(BadDomain):
        clean_domain(text)
