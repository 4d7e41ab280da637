"""The sums of the BigBlueButton API, by vectors that were made elsewhere."""

import pytest

from entraide.meetings.rules.bbb_sums import (
    Signed,
    Unreadable,
    callback_signed,
    checksum,
    is_signed,
    read_parameters,
    without_checksum,
)

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
CREATE = b"name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
SUMS = {
    "sha1": "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17",
    "sha256": "da9185f7f333cfdfcd6eeac32dca3777510c4c436020d8b887ba5515bd1d189e",
    "sha384": "891ac633df39d0a1b4f8d597f3e190833216c4b29c4fb51ea3ca72757eeb958d6e7b49a845cf29f5c6019c7d29d029d1",
    "sha512": "de73ad61d11a5c801b68d4bd6ec5248546085cefb0b25c85f3c46249ea93a3a4"
    "b120f92c0a8a58d7512cb77821884951a3b01245f3435dbbef49fff3cc3988b4",
}


@pytest.mark.parametrize("algorithm", SUMS)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_call_is_signed_with_any_sum_at_any_place(algorithm: str, place: str) -> None:
    parts = CREATE.split(b"&")
    parts.insert({"first": 0, "middle": 2, "last": len(parts)}[place], f"checksum={SUMS[algorithm]}".encode())
    query, written = without_checksum(b"&".join(parts))
    assert (query, written) == (CREATE, SUMS[algorithm])
    assert is_signed(Signed("create", query, written), secrets=["another", SECRET], takes_sha1=True)
    assert is_signed(Signed("create", query, written), secrets=[SECRET], takes_sha1=False) == (algorithm != "sha1")


def test_vectors_of_other_calls_hold() -> None:
    join = b"meetingID=abc123&fullName=Zo%C3%A9+M%C3%BCller&role=VIEWER&userID=u-1"
    assert (
        checksum(b"getMeetings", secret=SECRET, algorithm="sha256")
        == "a5370c5f3d97d56d53b435684cdbc429c2898a3bf9f435518b4279e1e0dbfc8c"
    )
    assert (
        checksum(b"join" + join, secret=SECRET, algorithm="sha256")
        == "b43264387db119e3e8db6d2b652af37fc6d8e07f41d0807eb60d1193981805bc"
    )
    assert read_parameters(join)["fullName"] == "Zoé Müller"


def test_a_callback_is_signed_as_the_original_does() -> None:
    event = (
        b"%5B%7B%22data%22%3A%7B%22type%22%3A%22event%22%2C%22id%22%3A%22meeting-ended%22%2C%22attributes%22%3A%7B"
        b"%22meeting%22%3A%7B%22internal-meeting-id%22%3A%22m-1%22%2C%22external-meeting-id%22%3A%22abc123%22%7D%7D"
        b"%2C%22event%22%3A%7B%22ts%22%3A1700000000000%7D%7D%7D%5D"
    )
    body = b"domain=bbb1.example.org&event=" + event + b"&timestamp=1700000000001"
    url = callback_signed("https://meet.example.org/bbb/hook?n=1", body=body, secret=SECRET)
    assert url == (
        "https://meet.example.org/bbb/hook?n=1&checksum="
        "681384145f239037a1da5addd265202bac3a2db6f879d431c1cf303c556fa141"
    )


@pytest.mark.parametrize("sum_", ["", "x" * 40, SUMS["sha1"][:-1], SUMS["sha1"][:-1] + "0", "é" * 40, "0" * 64])
def test_a_sum_that_is_missing_or_changed_signs_nothing(sum_: str) -> None:
    assert not is_signed(Signed("create", CREATE, sum_), secrets=[SECRET], takes_sha1=True)


def test_a_sum_signs_neither_another_call_nor_another_spelling_nor_beside_a_second_one() -> None:
    assert not is_signed(Signed("end", CREATE, SUMS["sha256"]), secrets=[SECRET], takes_sha1=True)
    spelt = CREATE.replace(b"+", b"%20")
    assert not is_signed(Signed("create", spelt, SUMS["sha256"]), secrets=[SECRET], takes_sha1=True)
    assert without_checksum(b"checksum=1&a=2&checksum=3") == (b"a=2", "")


def test_of_a_parameter_that_is_there_twice_the_first_counts_and_thousands_are_refused() -> None:
    assert read_parameters(b"a=1&a=2&b=") == {"a": "1", "b": ""}
    with pytest.raises(Unreadable):
        read_parameters(b"&".join(b"a%d=1" % number for number in range(1_000)))
