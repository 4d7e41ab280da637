"""What a question finds in an index, in which order, and how many there are of each kind."""

from datetime import timedelta
from pathlib import Path

import pytest

from entraide.search.documents import Text
from entraide.search.index.searching import State
from entraide.search.rules.gazetteer import Place, PlaceKind, build
from entraide.search.rules.question import read_question
from entraide.search.rules.ranking import parts
from entraide.search.understanding import understand
from entraide.search.wanted import REACHABLE, Circle, Order, Wanted
from tests.search.situations import LYON, NOW, STRASBOURG, indexed, thing

DOCUMENTS = [
    thing("masks", "Coudre des masques pour les soignants", point=STRASBOURG, facets={"domain": ("health",)}),
    thing(
        "parcels", "Préparer des colis alimentaires", point=LYON, facets={"domain": ("solidarity",)},
        bodies=(Text("Nous cherchons des bénévoles pour la banque alimentaire, près de l'hôpital."),),
    ),
    thing("visits", "Rendre visite à des personnes isolées en EHPAD", facets={"domain": ("solidarity", "health")}),
    thing("homework", "Aide aux devoirs", names=("Les Écoliers", "Saint-Étienne"), facets={"domain": ("education",)}),
    thing("brand", "Vérifier les marques de vêtements"),
]  # fmt: skip


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    path: Path = tmp_path_factory.mktemp("search")
    return indexed(path, DOCUMENTS)


def found(state: State, text: str, *, language: str = "fr", **wanted: object) -> list[str]:
    asked = Wanted(question=read_question(text, language=language), **wanted)  # type: ignore[arg-type]
    return [hit.key for hit in state.find(asked, now=NOW).hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("masques", "masks"),
        ("masque ", "masks"),
        ("MASQUÉ", "masks"),
        ("masq", "masks"),
        ("maqsues", "masks"),
        ("masqes ", "masks"),
        ("colis alimentaire", "parcels"),
        ("allimentaires", "parcels"),
        ("isolee ", "visits"),
        ("maison de retraite", "visits"),
        ("nursing home", "visits"),
        ("soutien scolaire", "homework"),
        ("saint etienne", "homework"),
        ("devoirs saint-etienne", "homework"),
        ('"personnes isolées"', "visits"),
        ("infirmiers ", "masks"),
    ],
)
def test_a_question_finds_first(state: State, text: str, first: str) -> None:
    assert found(state, text)[:1] == [first]


@pytest.mark.parametrize("text", ['"isolées personnes"', "xylophone", "clavecin homeopathie"])
def test_a_question_finds_nothing_where_nothing_fits(state: State, text: str) -> None:
    assert found(state, text) == []


def test_a_word_that_somebody_wrote_finds_no_other_that_looks_alike(state: State) -> None:
    assert found(state, "masques ") == ["masks"]
    assert found(state, "marques ") == ["brand"]


def test_when_few_have_all_that_is_asked_for_those_that_have_some_are_found_too(state: State) -> None:
    assert found(state, "masques lyonnais homeopathie ") == ["masks"]
    assert found(state, "ehpad devoirs ")[:2] in (["visits", "homework"], ["homework", "visits"])


def test_when_many_have_all_that_is_asked_for_those_that_have_some_are_not_found(tmp_path: Path) -> None:
    state = indexed(
        tmp_path, [thing(f"both{number}", "Coudre des masques") for number in range(20)] + [thing("one", "Coudre")]
    )
    wanted = Wanted(question=read_question("coudre masques ", language="fr"), most=50)
    assert len(state.find(wanted, now=NOW).hits) == state.count(wanted) == 20
    assert not state.is_loose(wanted)


def test_choosing_a_facet_never_finds_more(tmp_path: Path) -> None:
    things = [thing(f"both{number}", "Coudre des masques", facets={"domain": ("health",)}) for number in range(20)]
    state = indexed(tmp_path, [*things, thing("one", "Coudre", facets={"domain": ("sport",)})])
    assert found(state, "coudre masques ", facets={"domain": frozenset({"sport"})}) == []


@pytest.mark.parametrize("text", ["bricolage", "bricoler ", "bricoleuses ", "brico"])
def test_nouns_and_verbs_of_one_word_find_each_other(tmp_path: Path, text: str) -> None:
    assert found(indexed(tmp_path, [thing("a", "Bricoleurs pour un soir")]), text) == ["a"]


def test_an_unfinished_word_finds_first_what_has_it_in_its_title(tmp_path: Path) -> None:
    said = thing("body", "Tri", bodies=(Text("Vous verrez des animaux."),))
    assert found(indexed(tmp_path, [said, thing("title", "Soigner des animaux")]), "anim") == ["title", "body"]


def test_a_number_has_no_typos(state: State) -> None:
    assert found(state, "67001 ") == []


def test_without_a_question_everything_is_found_soonest_first(state: State) -> None:
    assert len(found(state, "")) == len(DOCUMENTS)


def test_a_circle_keeps_what_is_near_and_tells_how_far(state: State) -> None:
    near = Wanted(circle=Circle(*STRASBOURG, km=25), order=Order.NEAREST)
    (hit,) = state.find(near, now=NOW).hits
    assert hit.key == "masks"
    assert hit.km == pytest.approx(0, abs=0.01)


def test_counts_of_a_facet_are_as_if_nothing_of_it_were_chosen(state: State) -> None:
    wanted = Wanted(facets={"domain": frozenset({"health"})})
    assert state.count(wanted) == 2
    counts = state.counts(wanted, most={"domain": 10}).facets
    assert counts["domain"] == {"health": 2, "solidarity": 2, "education": 1}


def test_a_value_that_is_chosen_is_counted_however_rare_it_is(state: State) -> None:
    wanted = Wanted(facets={"domain": frozenset({"education"})})
    (counts,) = state.counts(wanted, most={"domain": 1}).facets.values()
    assert counts["education"] == 1
    assert len(counts) == 2


def test_windows_are_counted_as_if_none_were_chosen_and_each_document_once(tmp_path: Path) -> None:
    hours = [NOW + timedelta(hours=hour) for hour in range(50)]
    state = indexed(
        tmp_path,
        [
            thing("often", starts=(hours[1], hours[2], hours[3])),
            thing("at its end", starts=(hours[24],)),
            thing("later", starts=(hours[30],), facets={"kind": ("other",)}),
        ],
    )
    windows = ((hours[0], hours[24]), (hours[24], hours[48]), (hours[0], hours[48]))
    for chosen in (None, *windows):
        assert state.counts(Wanted(window=chosen), most={"kind": 5}, windows=windows).windows == (1, 2, 3)
    assert state.counts(Wanted(facets={"kind": frozenset({"other"})}), most={}, windows=windows).windows == (0, 1, 1)
    assert state.counts(Wanted(window=windows[0]), most={"kind": 5}).facets["kind"] == {}


def test_several_values_of_a_facet_are_alternatives(state: State) -> None:
    assert state.count(Wanted(facets={"domain": frozenset({"health", "education"})})) == 3


def test_a_result_tells_what_its_rank_is_made_of(state: State) -> None:
    (hit,) = state.find(Wanted(question=read_question("masques ", language="fr")), now=NOW).hits
    assert {part.name for part in parts(hit.values)} == {"text", "distance", "urgency", "freshness", "responsiveness"}


def test_a_window_keeps_what_begins_in_it(tmp_path: Path) -> None:
    state = indexed(
        tmp_path,
        [
            thing("soon", starts=(NOW + timedelta(hours=2), NOW + timedelta(days=9))),
            thing("later", starts=(NOW + timedelta(days=5),)),
        ],
    )
    assert found(state, "", window=(NOW, NOW + timedelta(days=1))) == ["soon"]
    assert found(state, "", window=(NOW + timedelta(days=2), NOW + timedelta(days=6))) == ["later"]
    assert found(state, "", window=(NOW + timedelta(days=8), NOW + timedelta(days=10))) == ["soon"]


def test_what_has_no_place_left_is_left_out_when_places_are_wanted(tmp_path: Path) -> None:
    state = indexed(tmp_path, [thing("open", places_left=1), thing("full", places_left=0)])
    assert found(state, "", least_places=1) == ["open"]


def test_pages_follow_each_other_without_a_gap_and_end(tmp_path: Path) -> None:
    state = indexed(tmp_path, [thing(str(number)) for number in range(REACHABLE + 50)])
    for order in (Order.BEST, Order.SOONEST, Order.NEWEST):
        pages = [found(state, "dons", order=order, first=first, most=100) for first in range(0, REACHABLE + 100, 100)]
        seen = [key for page in pages for key in page]
        assert len(seen) == len(set(seen)) == REACHABLE
    assert found(state, "dons", first=10_000) == []


def test_the_nearest_come_in_order_however_far(tmp_path: Path) -> None:
    latitude, longitude = STRASBOURG
    state = indexed(tmp_path, [thing(f"{step:03}", point=(latitude - step * 0.01, longitude)) for step in range(200)])
    wanted = Wanted(circle=Circle(latitude, longitude, 200), order=Order.NEAREST, first=20, most=100)
    result = state.find(wanted, now=NOW)
    assert [hit.key for hit in result.hits] == [f"{step:03}" for step in range(20, 120)]
    # 180 lie within 200 km; the cells reach a little further.
    assert 180 <= result.total <= 198


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> State:
    latitude, longitude = STRASBOURG
    return indexed(
        tmp_path_factory.mktemp("spread"),
        [
            thing("here", "Coudre des masques", point=STRASBOURG, facets={"departement": ("67",)}),
            thing("beside", "Coudre des masques", point=(latitude, longitude + 0.3), facets={"departement": ("67",)}),
            thing("far", "Coudre des masques", point=LYON, facets={"departement": ("69",)}),
            thing("home", "Coudre des masques chez soi"),
            thing("other", "Visiter", point=STRASBOURG, facets={"departement": ("67",)}),
        ],
    )


COMMUNE = Place(PlaceKind.COMMUNE, "67482", "Strasbourg", ("67",), *STRASBOURG, 291_000)
DEPARTEMENT = Place(PlaceKind.DEPARTEMENT, "67", "Bas-Rhin", ("67",))


def test_a_place_keeps_what_is_near_it_nearest_first_and_what_fits_and_is_done_from_home(spread: State) -> None:
    assert found(spread, "masques ", place=COMMUNE) == ["here", "beside", "home"]
    assert sorted(found(spread, "masques ", place=DEPARTEMENT)) == ["beside", "here", "home"]


def test_a_place_alone_keeps_what_is_there(spread: State) -> None:
    assert found(spread, "", place=COMMUNE)[2:] == ["beside"]
    assert sorted(found(spread, "", place=DEPARTEMENT)) == ["beside", "here", "other"]


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("place", [COMMUNE, DEPARTEMENT])
def test_lists_round_a_place_and_their_counts_agree(spread: State, order: Order, place: Place) -> None:
    for text in ("masques ", ""):
        wanted = Wanted(question=read_question(text, language="fr"), place=place, order=order)
        result = spread.find(wanted, now=NOW)
        assert result.total == len(result.hits) == spread.count(wanted)


def test_a_text_is_understood_as_a_place_and_what_is_wanted_there(spread: State) -> None:
    known = build(communes=[(COMMUNE, ["67000"])], departements=[DEPARTEMENT], regions=[])
    understood = understand(text="coudre masques strasborg", language="fr", state=spread, gazetteer=known)
    assert understood.place == COMMUNE
    assert [asked.word for asked in understood.question.words] == ["coudre", "masques"]
    assert understood.rest == "coudre masques"
    assert found(spread, understood.rest, place=understood.place)[0] == "here"
