"""The forms that come with the platform, and what is told of a form that cannot be used."""

from dataclasses import replace
from pathlib import Path

import pytest

from entraide.certificates.declaration import Declaration, Value
from entraide.certificates.forms import reading
from entraide.certificates.forms.model import Fault
from entraide.certificates.forms.reading import FormError
from entraide.certificates.forms.window import Place, place_in_window, window_of
from tests.certificates import vector
from tests.certificates.situations import FORM

FORMS = reading.load_all()
SPRING = (reading.FOLDER / "fr.dep-1.toml").read_text(encoding="utf-8")
LEAVING = vector.DECLARATION.leaving_at


def test_the_forms_of_2020_and_ours_are_there_in_both_languages() -> None:
    assert set(FORMS) == {
        "fr.dep/1", "fr.dep/2", "fr.dep/3", "fr.couvrefeu/1", "fr.ecole/1", "entraide.mission/1",
        "entraide.livraison/1",
    }  # fmt: skip
    for form in FORMS.values():
        assert form.languages == ("fr", "en")
        for wording in (form.title, form.statement, *(reason.full for reason in form.reasons)):
            assert wording["fr"] != wording["en"]


def test_a_form_of_2020_is_in_force_on_the_days_of_its_decree() -> None:
    noon_of_17_march, noon_of_11_may = 1_584_442_800, 1_589_191_200
    assert FORMS["fr.dep/1"].is_in_force_at(noon_of_17_march)
    assert not FORMS["fr.dep/1"].is_in_force_at(noon_of_11_may)
    # Half past midnight on the 17th in Paris, still the 16th in UTC.
    assert FORMS["fr.dep/1"].is_in_force_at(1_584_401_400)


def test_old_certificates_keep_the_version_that_they_were_made_under() -> None:
    long, short = FORMS["fr.dep/3"].reason("sport_animaux"), FORMS["fr.dep/2"].reason("sport_animaux")
    assert long
    assert short
    assert (short.lasts_minutes, long.lasts_minutes) == (60, 180)


def declared(**values: object) -> Declaration:
    keys = {"given": 2, "birth": 4, "reasons": 10, "extra": 20, "city": 8, "leaving": 9}
    changes = {keys[name]: value for name, value in values.items()}
    return replace(
        vector.DECLARATION,
        values={key: value for key, value in {**vector.DECLARATION.values, **changes}.items() if value is not None},  # type: ignore[misc]
    )


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"given": None}, Fault("given_name", "missing")),
        ({"given": "  "}, Fault("given_name", "missing")),
        ({"given": "x" * 61}, Fault("given_name", "too_long")),
        ({"birth": "14/07/1984"}, Fault("birth_date", "kind")),
        ({"birth": "1984-02-30"}, Fault("birth_date", "kind")),
        ({"birth": 5}, Fault("birth_date", "kind")),
        ({"reasons": ()}, Fault("reasons", "missing")),
        ({"reasons": ("holiday",)}, Fault("reasons", "unknown")),
        ({"reasons": ("sante", "sante")}, Fault("reasons", "unknown")),
        ({"extra": "more"}, Fault("20", "unknown")),
    ],
)
def test_each_fault_is_named(values: dict[str, object], fault: Fault) -> None:
    assert FORM.faults_of(declared(**values)) == (fault,)


def test_what_follows_the_form_has_no_fault() -> None:
    assert FORM.faults_of(vector.DECLARATION) == ()


def test_one_reason_alone_where_the_form_says_so() -> None:
    assert replace(FORM, several_reasons=False).faults_of(vector.DECLARATION) == (Fault("reasons", "too_many"),)


def test_children_are_named_with_their_birth_dates() -> None:
    school = FORMS["fr.ecole/1"]
    values: dict[int, Value] = {
        2: "Léa",
        3: "Roy",
        6: "1 rue Neuve",
        7: "67000",
        8: "Strasbourg",
        9: LEAVING,
        10: ("ecole",),
        12: "École",
        13: "Rue",
    }
    whole = Declaration(salt=bytes(16), form=school.id, values={**values, 14: (("Noé Roy", "2014-05-02"),)})
    assert school.faults_of(whole) == ()
    for people, code in ((), "missing"), ((("Noé", "soon"),), "kind"), ((("Noé", "2014-05-02"),) * 7, "too_many"):
        assert school.faults_of(replace(whole, values={**whole.values, 14: people})) == (Fault("children", code),)


@pytest.mark.parametrize(
    ("reasons", "minutes"), [(("sport_animaux",), 60), (("sante",), 1440), (("sport_animaux", "sante"), 1440)]
)
def test_the_reason_that_serves_longest_counts(reasons: tuple[str, ...], minutes: int) -> None:
    assert window_of(declared(reasons=reasons), FORM) == (LEAVING - 900, LEAVING + minutes * 60)


def test_a_planned_return_ends_the_window_and_never_widens_it() -> None:
    mission = FORMS["entraide.mission/1"]
    for back, ends in ((LEAVING + 3600, LEAVING + 3600), (LEAVING + 10**6, LEAVING + 86_400)):
        there = Declaration(salt=bytes(16), form=mission.id, values={9: LEAVING, 10: ("aide",), 15: back})
        assert window_of(there, mission)[1] == ends
        assert place_in_window(there, mission, now=ends - 1) == Place.INSIDE
        assert place_in_window(there, mission, now=ends) == Place.AFTER


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "fr.dep/1"', 'id = "FR dep"', "id:"),
        ('id = "fr.dep/1"', "id = 3", "id: expected text"),
        ('languages = ["fr", "en"]', 'languages = ["fr"]', "title: expected a text for each of fr"),
        ('languages = ["fr", "en"]', 'languages = "fr"', "languages: expected a list"),
        ('zone = "Europe/Paris"', 'zone = "Mars/Olympus"', "zone: there is no time zone"),
        ("first = 2020-03-17", 'first = "soon"', "in_force.first: expected a date"),
        ("first = 2020-03-17", "first = 2020-03-17T12:00:00Z", "in_force.first: expected a date"),
        ("last = 2020-05-10", "last = 2019-05-10", "in_force.last is before"),
        ("lasts_minutes = 1440", "lasts_minutes = true", "window.lasts_minutes: expected a whole number"),
        ("lasts_minutes = 1440", "lasts_minutes = 0", "window.lasts_minutes: 0 is not from"),
        ("lasts_minutes = 1440", "lasts_minutes = 1440\nuntil_key = 8", "window.until_key"),
        ("lasts_minutes = 1440", "lasts_minutes = 1440\nuntil_key = 12", "window.until_key"),
        ("key = 2", "key = 3", "a key is given twice"),
        ("key = 2", "key = 24", "field 1: key: 24 is not from"),
        ("key = 9", "key = 12", "no field with key 9"),
        ('kind = "date"', 'kind = "text"', "key 4 holds date, not text"),
        ('kind = "date"', 'kind = "colour"', "kind is not one of"),
        ('code = "travail"', 'code = "sante"', "a reason is given twice"),
        ('code = "travail"', 'code = "Travail"', "reason 1: code"),
        ("several_reasons = true", 'several_reasons = "yes"', "several_reasons: expected true or false"),
        ("several_reasons = true", "surprise = 1", "surprise is not known here"),
        ("[window]", "[window", "fr.toml"),
    ],
)
def test_each_mistake_in_a_form_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert old in SPRING
    with pytest.raises(FormError, match=told.replace("(", r"\(")):
        reading.from_toml(SPRING.replace(old, new, 1).encode(), name="fr.toml")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff")
    (tmp_path / "b.toml").write_text("id = 3")
    for name in ("c.toml", "d.toml"):
        (tmp_path / name).write_text(SPRING, encoding="utf-8")
    with pytest.raises(FormError) as told:
        reading.load_all(tmp_path)
    assert "a.toml" in str(told.value)
    assert "b.toml: in_force is missing" in str(told.value)
    assert "d.toml: the id fr.dep/1 is that of another file too" in str(told.value)
