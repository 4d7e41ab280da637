"""Completion and resolution on every commune of France."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from entraide.territories import api, queries
from entraide.territories.models import NameStart

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]


def labels(text: str, limit: int = 10) -> list[str]:
    return [commune.label for commune in api.find_communes(text=text, limit=limit)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("saint-den", "Saint-Denis (974)"),
        ("st denis", "Saint-Denis (974)"),
        ("SAINT DENIS", "Saint-Denis (974)"),
        ("denis", "Saint-Denis (974)"),
        ("saint denis 93", "Saint-Denis (93)"),
        ("67000", "Strasbourg (67)"),
        ("670", "Strasbourg (67)"),
        ("67 000", "Strasbourg (67)"),
        ("67000 strasb", "Strasbourg (67)"),
        ("67", "Strasbourg (67)"),
        ("2A", "Ajaccio (2A)"),
        ("2a004", "Ajaccio (2A)"),
        ("20000", "Ajaccio (2A)"),
        ("œting", "Œting (57)"),
        ("oeting", "Œting (57)"),
        ("lhay", "L'Haÿ-les-Roses (94)"),
        ("l’haÿ", "L'Haÿ-les-Roses (94)"),
        ("mans", "Le Mans (72)"),
        ("st", "Le Saint (56)"),
        ("str", "Strasbourg (67)"),
        ("y", "Y (80)"),
        ("75011", "Paris (75)"),
        ("75111", "Paris (75)"),
        ("paris 11", "Paris (75)"),
        ("marseille 13", "Marseille (13)"),
        ("69003", "Lyon (69)"),
        ("bâgé-la-ville", "Bâgé-Dommartin (01)"),
        ("97133", "Saint-Barthélemy (977)"),
        ("nouméa", "Nouméa (988)"),
    ],
)
def test_the_commune_meant_comes_first(text: str, first: str) -> None:
    assert labels(text)[0] == first


@pytest.mark.parametrize("text", ["", "🙂", "\0", "x" * 10_000, "zzzzzz", "99999", "s", "%", "_", "\\", "'; --"])
def test_nothing_is_offered_for_what_means_nothing(text: str) -> None:
    assert labels(text) == []


def test_the_name_itself_comes_before_longer_names_and_these_before_words_inside() -> None:
    found = [each.commune.label for each in queries.suggestions(text="saint denis", limit=100) if not each.known_as]
    exact = [label for label in found if label.startswith("Saint-Denis (")]
    longer = [label for label in found if label.startswith("Saint-Denis") and label not in exact]
    inside = [label for label in found if not label.startswith("Saint-Denis")]
    assert found == exact + longer + inside
    assert exact[:2] == ["Saint-Denis (974)", "Saint-Denis (93)"]
    assert "Saint-Denis-en-Val (45)" in longer
    assert "L'Île-Saint-Denis (93)" in inside


def test_equally_exact_names_are_ordered_by_population() -> None:
    sizes = [commune.population for commune in api.find_communes(text="saint-germain-", limit=50)[8:]]
    assert len(sizes) > 20
    assert sizes == sorted(sizes, reverse=True)


def test_an_arrondissement_is_offered_as_its_commune_and_says_why() -> None:
    (suggestion,) = queries.suggestions(text="paris 11")
    assert (suggestion.commune.code, suggestion.known_as) == ("75056", "Paris 11e Arrondissement")


def test_st_may_be_the_beginning_of_strasbourg() -> None:
    assert "Strasbourg (67)" in labels("st")


@pytest.mark.parametrize("text", ["sa", "saint", "denis", "strasbourg", "la", "st"])
def test_completion_reads_the_index_and_nothing_else(text: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        queries.suggestions(text=text)
    searches = [query["sql"] for query in captured if NameStart._meta.db_table in query["sql"]]
    assert searches
    for search in searches:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {search}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Index Only Scan using namestart_key" in plan or "Bitmap Index Scan on namestart_key" in plan
        assert "Seq Scan" not in plan


def test_a_postcode_reads_an_index() -> None:
    with CaptureQueriesContext(connection) as captured:
        queries.suggestions(text="67000")
    search = next(query["sql"] for query in captured if "territories_postcode" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {search}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "postcode_once_per_commune" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(("text", "most"), [("saint", 2), ("denis", 3), ("67", 1), ("670", 3), ("67000 strasb", 5)])
def test_a_completion_takes_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries, text: str, most: int
) -> None:
    with django_assert_max_num_queries(most):
        assert [suggestion.commune.departement.name for suggestion in queries.suggestions(text=text)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Strasbourg", "Strasbourg (67)"),
        ("67000", "Strasbourg (67)"),
        ("67000 Strasbourg", "Strasbourg (67)"),
        ("Strasbourg 67000", "Strasbourg (67)"),
        ("67482", "Strasbourg (67)"),
        ("Strasb", "Strasbourg (67)"),
        ("Saint-Denis (93)", "Saint-Denis (93)"),
        ("st denis 97400", "Saint-Denis (974)"),
        ("75011", "Paris (75)"),
        ("75111", "Paris (75)"),
        ("Paris 11e", "Paris (75)"),
        ("Lyon 3e Arrondissement", "Lyon (69)"),
        ("69232", "Lyon (69)"),
        ("Le Mans", "Le Mans (72)"),
        ("mans", "Le Mans (72)"),
        ("01015", "Arboys en Bugey (01)"),
        ("2A004", "Ajaccio (2A)"),
    ],
)
def test_a_submitted_text_names_one_commune(text: str, label: str) -> None:
    found = api.resolve_commune(text=text)
    assert found.commune is not None
    assert found.commune.label == label
    assert found.candidates == ()


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("Saint-Denis", {"Saint-Denis (974)", "Saint-Denis (93)", "Saint-Denis (11)", "Saint-Denis (30)"}),
        ("01400", {"Châtillon-sur-Chalaronne (01)", "L'Abergement-Clémenciat (01)"}),
        ("06", {"Nice (06)", "Cannes (06)"}),
        ("strasbou 97", set()),
    ],
)
def test_a_text_that_several_answer_to_gives_them_to_choose_from(text: str, some: set[str]) -> None:
    found = api.resolve_commune(text=text)
    assert found.commune is None
    assert some <= {commune.label for commune in found.candidates}


def test_the_label_of_every_commune_leads_back_to_it() -> None:
    every = list(queries._with_departement().order_by("code"))
    # Some, and all whose name another commune in the département could be mistaken for.
    seen: dict[tuple[str, str], int] = {}
    for commune in every:
        seen[commune.departement_id, commune.search_key] = seen.get((commune.departement_id, commune.search_key), 0) + 1
    doubtful = [each for each in every if seen[each.departement_id, each.search_key] > 1]
    for commune in [*every[::400], *doubtful]:
        assert api.resolve_commune(text=commune.label).commune == commune, commune.label


def test_postcodes_of_arrondissements_and_of_villages() -> None:
    assert [commune.label for commune in api.communes_of_postcode("75011")] == ["Paris (75)"]
    assert [commune.label for commune in api.communes_of_postcode("13016")] == ["Marseille (13)"]
    served = api.communes_of_postcode("01400")
    assert len(served) > 5
    assert [commune.population for commune in served] == sorted((each.population for each in served), reverse=True)
    for wrong in ("", "7501", "750111", "ABCDE", "75 011", "\0" * 5, "٧٥٠١١"):
        assert api.communes_of_postcode(wrong) == []


def test_a_code_gives_its_commune_also_a_former_one() -> None:
    assert str(api.commune("67482")) == "Strasbourg (67)"
    assert str(api.commune("2a004")) == "Ajaccio (2A)"
    assert str(api.commune("13201")) == "Marseille (13)"
    for wrong in ("", "6748", "674820", "99999", "\0" * 5, "🙂" * 5, "٦٧٤٨٢"):
        assert api.commune(wrong) is None


def test_every_departement_is_listed_in_order_with_its_label() -> None:
    listed = api.departements()
    codes = [departement.code for departement in listed]
    assert len(codes) == 109
    assert codes == sorted(codes)
    assert api.departement_label("67") == "Bas-Rhin (67)"
    assert api.departement_label("00") == "00"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=120), st.text(alphabet="saintdelé 0123456789-'2ab", max_size=30)))
def test_no_text_breaks_completion_or_resolution(text: str) -> None:
    offered = queries.suggestions(text=text)
    assert len(offered) <= queries.SUGGESTIONS
    assert len({suggestion.commune.code for suggestion in offered}) == len(offered)
    found = queries.resolve(text=text)
    assert found.commune is None or found.candidates == ()
