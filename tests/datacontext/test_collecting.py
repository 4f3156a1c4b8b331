"""The collector's threshold belongs to the process, and comes back however uses of it overlap."""

import gc
import threading
from collections.abc import Iterator

import pytest

from ctxpack.datacontext.collecting import collecting_seldom


@pytest.fixture(autouse=True)
def threshold() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield (700, 10, 10)
    gc.set_threshold(*before)


def test_two_threads_that_overlap_leave_it_as_it_was() -> None:
    first_in, second_in, first_out = threading.Event(), threading.Event(), threading.Event()
    seen: list[int] = []

    def first() -> None:
        with collecting_seldom():
            first_in.set()
            assert second_in.wait(5)
        seen.append(gc.get_threshold()[0])
        first_out.set()

    def second() -> None:
        assert first_in.wait(5)
        with collecting_seldom():
            second_in.set()
            assert first_out.wait(5)

    threads = [threading.Thread(target=one) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [50_000]
    assert gc.get_threshold() == (700, 10, 10)


def test_nested_uses_and_errors_leave_it_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError), collecting_seldom(), collecting_seldom():
        assert gc.get_threshold() == (50_000, 10, 10)
        raise ZeroDivisionError
    assert gc.get_threshold() == (700, 10, 10)


def test_a_collector_that_is_off_stays_so() -> None:
    gc.set_threshold(0, 10, 10)
    with collecting_seldom():
        assert gc.get_threshold()[0] == 0
    assert gc.get_threshold() == (0, 10, 10)
