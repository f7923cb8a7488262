"""Translations travel between threads, processes, files: as their source, never as code."""

from __future__ import annotations

import copy
import io
import multiprocessing
import pickle
import pickletools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch

from eq2code import Translation, translate
from strategies import BACKENDS

SOURCES = (
    "softmax(QK^T/sqrt(d_k))V",
    "W x + b",
    "exp(x_i)/Σ_j exp(x_j)",
    r"\|x\|_2",
    "m_t = β m_{t-1} + (1 - β) g_t",
)


@pytest.fixture(scope="module", params=BACKENDS)
def translation(request: pytest.FixtureRequest) -> Translation:
    shapes = {"Q": "n d_k", "K": "m d_k", "V": "m p"}
    return translate(SOURCES[0], backend=request.param, shapes=shapes, name="attention")


def same(one: Translation, other: Translation) -> None:
    assert one.to_dict() == other.to_dict()
    q = np.eye(2)
    inputs = [q if one.backend == "numpy" else torch.as_tensor(q)] * 3
    assert (one(*inputs) == other(*inputs)).all()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles(translation: Translation, protocol: int) -> None:
    same(pickle.loads(pickle.dumps(translation, protocol)), translation)


def test_copies(translation: Translation) -> None:
    same(copy.copy(translation), translation)
    same(copy.deepcopy({"deep": [translation]})["deep"][0], translation)


def test_torch_saves_it(translation: Translation) -> None:
    file = io.BytesIO()
    torch.save(translation, file)
    file.seek(0)
    same(torch.load(file, weights_only=False), translation)


def test_a_pickle_holds_no_code(translation: Translation) -> None:
    translation(*[np.eye(2) if translation.backend == "numpy" else torch.eye(2)] * 3)
    data = pickle.dumps(translation)
    text = b"".join(
        argument.encode()
        for _, argument, _ in pickletools.genops(data)
        if isinstance(argument, str)
    )
    assert b"import" not in text
    assert b"def " not in text
    assert len(data) < 1000


def test_a_changed_pickle_is_checked_like_a_source(translation: Translation) -> None:
    rebuild, (function, _, arguments) = translation.__reduce__()[:2]
    with pytest.raises(ValueError, match="name"):
        rebuild(function, "x", {**arguments, "name": "f(): import os"})


def _in_another_process(translation: Translation) -> str:
    return translation.code


def test_other_processes() -> None:
    translation = translate("softmax(x)")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_in_another_process, (translation,)) == translation.code


def test_threads_agree_with_one_thread() -> None:
    jobs = [(source, backend) for source in SOURCES for backend in BACKENDS]
    expected = {job: translate(job[0], backend=job[1]).code for job in jobs}

    def work(k: int) -> bool:
        source, backend = jobs[k % len(jobs)]
        return translate(source, backend=backend).code == expected[source, backend]

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(1000)))


def test_threads_share_one_translation() -> None:
    translation = translate(SOURCES[0])
    x = np.arange(6.0).reshape(2, 3)
    expected = translate(SOURCES[0])(x, x, x)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: translation(x, x, x), range(200)))
    assert all(np.array_equal(result, expected) for result in results)


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_travel(backend: str) -> None:
    made = translate(r"a = x + 1, \quad b = 2 a", outputs=("a", "b"), backend=backend)
    results = made(x=[1.0, 2.0])
    for twin in (pickle.loads(pickle.dumps(results)), copy.copy(results), copy.deepcopy(results)):
        assert type(twin) is type(results)
        assert [part.tolist() for part in twin] == [part.tolist() for part in results]


def test_results_arrive_in_another_process() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        results = pool.apply(_results_of_another_process)
    assert (results._fields, results.b.tolist()) == (("a", "b"), [4.0])


def _results_of_another_process() -> Any:
    return translate(r"a = x + 1, \quad b = 2 a", outputs=("a", "b"))(x=[1.0])
