"""Settings are read strictly: a bad value never passes, and its error says what was expected."""

from pathlib import Path

import pytest

from entraide.foundation import env
from entraide.foundation.env import Environment, Setting, SettingError, Unset

PORT = Setting("PORT", env.integer(low=1, high=65535), 8000, "Where to listen.", "a port")
KEY: Setting[str] = Setting("KEY", env.text, Unset.REQUIRED, "Signs.", "a long text", secret=True)


def test_an_absent_or_empty_variable_gives_the_default() -> None:
    assert Environment({}).value(PORT) == 8000
    assert Environment({"PORT": "  "}).value(PORT) == 8000


@pytest.mark.parametrize("text", ["0", "65536", "eighty", "80.5", "8e3"])
def test_a_bad_value_names_the_setting_and_what_was_expected(text: str) -> None:
    with pytest.raises(SettingError, match=r"PORT: .* is not a port"):
        Environment({"PORT": text}).value(PORT)


def test_a_required_setting_without_value_stops_the_start() -> None:
    with pytest.raises(SettingError, match="KEY is not set: expected a long text"):
        Environment({}).value(KEY)


def test_a_secret_comes_from_a_file_without_its_last_newline(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("s3cret\n")
    assert Environment({"KEY_FILE": str(file)}).value(KEY) == "s3cret"


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="KEY and KEY_FILE are both set"):
        Environment({"KEY": "a", "KEY_FILE": str(tmp_path)}).value(KEY)


def test_an_unreadable_secret_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="KEY_FILE: cannot read"):
        Environment({"KEY_FILE": str(tmp_path / "absent")}).value(KEY)


def test_a_bad_secret_is_not_shown() -> None:
    secret = Setting("URL", env.url("smtp"), "", "Mail.", "smtp://", secret=True)
    with pytest.raises(SettingError) as caught:
        Environment({"URL": "https://user:hunter2@host"}).value(secret)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("ON", True), ("0", False), ("False", False)])
def test_booleans_read_the_usual_words(text: str, value: bool) -> None:
    assert env.boolean(text) is value


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (env.boolean, "maybe"),
        (env.choice("a", "b"), "A"),
        (env.networks, "10.0.0.0/33"),
        (env.url("https"), "http://host"),
        (env.url("https"), "https://host:99999"),
        (env.urls("nats"), "nats://one:4222,http://two:4222"),
        (env.json_list, "{}"),
        (env.json_list, "[1]"),
        (env.json_list, "["),
    ],
)
def test_readers_refuse_what_they_do_not_know(reader: object, text: str) -> None:
    setting = Setting("NAME", reader, None, "Help.", "something else")  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="NAME"):
        Environment({"NAME": text}).value(setting)
