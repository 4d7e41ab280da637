"""A write under a key is done once, however often and however simultaneously it is asked for."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from entraide.guard.actions import KEPT, forget_old
from entraide.guard.api import Answer, BadKey, KeyReused, TooMany, count_against, once
from entraide.guard.models import Bound, DoneOnce


def counting(calls: list[int]) -> Callable[[], Answer]:
    def write() -> Answer:
        calls.append(1)
        return Answer(201, {"made": len(calls)})

    return write


@pytest.mark.django_db
def test_a_retry_gets_the_first_answer_and_writes_nothing() -> None:
    calls: list[int] = []
    first = once(scope="join", key="k", content=b"a", write=counting(calls))
    again = once(scope="join", key="k", content=b"a", write=counting(calls))
    assert first == again == Answer(201, {"made": 1})
    assert len(calls) == 1


@pytest.mark.django_db
def test_the_same_key_in_another_scope_is_another_write() -> None:
    calls: list[int] = []
    once(scope="join", key="k", content=b"a", write=counting(calls))
    once(scope="cancel", key="k", content=b"a", write=counting(calls))
    assert len(calls) == 2


@pytest.mark.django_db
def test_another_content_under_a_used_key_is_refused() -> None:
    once(scope="join", key="k", content=b"a", write=counting([]))
    with pytest.raises(KeyReused):
        once(scope="join", key="k", content=b"b", write=counting([]))


@pytest.mark.django_db
def test_a_write_that_failed_leaves_the_key_free() -> None:
    def failing() -> Answer:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        once(scope="join", key="k", content=b"a", write=failing)
    assert not DoneOnce.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b", "a\nb"])
def test_an_unusable_key_is_refused(key: str) -> None:
    with pytest.raises(BadKey):
        once(scope="join", key=key, content=b"", write=counting([]))


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_write_once() -> None:
    calls: list[int] = []
    answers: list[Answer] = []
    barrier = threading.Barrier(20)

    def ask() -> None:
        try:
            barrier.wait(timeout=30)
            answers.append(once(scope="join", key="same", content=b"a", write=counting(calls)))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(calls) == 1
    assert answers == [Answer(201, {"made": 1})] * 20


@pytest.mark.django_db
def test_a_bound_holds_within_its_window_and_opens_with_the_next(now: datetime) -> None:
    window = timedelta(minutes=1)
    for _ in range(3):
        count_against(key="code:203.0.113.9", most=3, window=window, now=now)
    with pytest.raises(TooMany) as caught:
        count_against(key="code:203.0.113.9", most=3, window=window, now=now)
    assert 0 < caught.value.retry_after <= 60
    count_against(key="code:203.0.113.9", most=3, window=window, now=now + window)
    assert Bound.objects.count() == 2


@pytest.mark.django_db
def test_keys_and_windows_are_forgotten_after_two_days(now: datetime) -> None:
    for key, at in (("old", now - KEPT - timedelta(minutes=1)), ("young", now - KEPT + timedelta(minutes=1))):
        once(scope="join", key=key, content=b"", write=counting([]))
        DoneOnce.objects.filter(key=key).update(created_at=at)
        count_against(key=key, most=3, window=timedelta(seconds=1), now=at)
    assert forget_old(now=now) == 2
    assert list(DoneOnce.objects.values_list("key", flat=True)) == ["young"]
    assert list(Bound.objects.values_list("key", flat=True)) == ["young"]
