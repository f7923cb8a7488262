"""The collector of cycles waits while a source is translated, and finds nothing to do after it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from eq2code import Eq2CodeError, translate
from eq2code.collector import paused


@pytest.fixture(autouse=True)
def switched_on() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_the_collector_waits_inside_and_runs_again_after() -> None:
    with paused:
        assert not gc.isenabled()
        with paused:
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_is_off_stays_off() -> None:
    gc.disable()
    with paused:
        pass
    assert not gc.isenabled()


def test_an_error_lets_the_collector_go() -> None:
    with pytest.raises(Eq2CodeError):
        translate(r"\frac{a}{")
    assert gc.isenabled()


def test_the_last_of_several_threads_lets_the_collector_go() -> None:
    inside, leave = Barrier(5), Barrier(5)

    def translating() -> None:
        with paused:
            inside.wait()
            leave.wait()

    threads = [Thread(target=translating) for _ in range(4)]
    for thread in threads:
        thread.start()
    inside.wait()
    assert not gc.isenabled()
    leave.wait()
    for thread in threads:
        thread.join()
    assert gc.isenabled()


def test_what_a_translation_leaves_behind_does_not_grow_with_its_source() -> None:
    def left(terms: int) -> int:
        source = " + ".join(f"a_{{{k}}} x^{{{k % 7 + 2}}}" for k in range(terms))
        translate(source, notation="latex")
        gc.collect()
        translate(source, notation="latex")
        return gc.collect()

    assert left(400) <= left(20) + 20
