"""The shapes of a call against those of the equation."""

from __future__ import annotations

import pytest

from eq2code import translate
from eq2code.errors import ShapeError
from eq2code.fit import Slot, fit
from eq2code.trees.dims import Dim

n, m, d, k = (Dim.of(letter) for letter in "nmdk")
ATTENTION = (
    Slot("Q", (n, Dim.of("d_k"))),
    Slot("K", (m, Dim.of("d_k"))),
    Slot("V", (m, Dim.of("p"))),
)
ELEMENTWISE = (Slot("y", elementwise=True), Slot("z", elementwise=True))


def test_sizes_are_found() -> None:
    found = fit(ATTENTION, {"Q": (4, 64), "K": (5, 64), "V": (5, 2)})
    assert found == {"n": 4, "m": 5, "d_k": 64, "p": 2}


def test_the_report_is_in_the_equations_letters() -> None:
    with pytest.raises(ShapeError) as caught:
        fit(ATTENTION, {"Q": (4, 64), "K": (5, 32), "V": (5, 2)})
    assert str(caught.value).splitlines() == [
        "K does not fit the equation",
        "    Q: (4, 64)  →  n = 4, d_k = 64",
        "    K: (5, 32)  →  m = 5, d_k = 32    ← d_k is already 64, from Q",
        "    V: (5, 2)  →  m = 5, p = 2",
        "    help: pass arrays whose sizes agree, or declare in shapes= which sizes are the same",
    ]


@pytest.mark.parametrize(
    ("slots", "shapes", "sizes"),
    [
        ((Slot("x", (n,)),), {"x": (7, 3)}, {"n": 3}),
        ((Slot("x", (n,)), Slot("y", (n,))), {"x": (2, 1, 3), "y": (5, 3)}, {"n": 3}),
        ((Slot("x", (n + 1,)), Slot("y", (n,))), {"x": (4,), "y": (3,)}, {"n": 3}),
        ((Slot("x", (d * 2,)),), {"x": (6,)}, {"d": 3}),
        ((Slot("x", (d * k,)), Slot("y", (d,))), {"x": (6,), "y": (3,)}, {"d": 3, "k": 2}),
        ((Slot("x", (d * k,)),), {"x": (6,)}, {}),
        ((Slot("x", (Dim.of(3),)),), {"x": (3,)}, {}),
        ((Slot("x", (n,)),), {"x": (0,)}, {"n": 0}),
        (ELEMENTWISE, {"y": (3, 2), "z": (2,)}, {}),
        (ELEMENTWISE, {"y": (), "z": (2,)}, {}),
        (ELEMENTWISE, {"y": (2, 2), "z": (2, 2)}, {}),
    ],
)
def test_what_fits(
    slots: tuple[Slot, ...], shapes: dict[str, tuple[int, ...]], sizes: dict[str, int]
) -> None:
    assert fit(slots, shapes) == sizes


@pytest.mark.parametrize(
    ("slots", "shapes", "reason"),
    [
        ((Slot("x", (n, m)),), {"x": (3,)}, "(n, m) needs 2 dimensions"),
        ((Slot("x", (n,)),), {"x": ()}, "(n,) needs one dimension"),
        ((Slot("x", (n, n)),), {"x": (3, 4)}, "n is already 3, in the same array"),
        ((Slot("x", (Dim.of(3),)),), {"x": (4,)}, "4 stands where the equation needs 3"),
        ((Slot("x", (d * 2,)),), {"x": (5,)}, "5 is no 2*d"),
        ((Slot("x", (n + 3,)),), {"x": (2,)}, "2 is no n + 3"),
        (
            (Slot("x", (n + 1,)), Slot("y", (n,))),
            {"x": (3,), "y": (3,)},
            "3 stands where n + 1 = 4 is needed, since n = 3",
        ),
        ((Slot("s", batched=False),), {"s": (2,)}, "must be a number"),
        (
            (Slot("x", (n,)), Slot("y", (n,))),
            {"x": (2, 3), "y": (4, 3)},
            "its batch (4,) does not go with (2,) of x",
        ),
        # the silent (n, n): never
        (ELEMENTWISE, {"y": (3,), "z": (3, 1)}, "z is (3, 1), and both go element by element"),
        (ELEMENTWISE, {"y": (3, 1), "z": (3, 3)}, "y is (3, 1), and both go"),
        (ELEMENTWISE, {"y": (1,), "z": (3,)}, "y is (1,), and both go"),
        ((Slot("x", (d,)), Slot("b", (d,))), {"x": (3,), "b": (3, 1)}, "d is already 3, from x"),
    ],
)
def test_what_does_not_fit(
    slots: tuple[Slot, ...], shapes: dict[str, tuple[int, ...]], reason: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        fit(slots, shapes)
    assert reason in str(caught.value)


def test_a_matrix_beside_a_vector_is_not_taken_element_by_element() -> None:
    with pytest.raises(ShapeError, match="element by element"):
        fit(ELEMENTWISE, {"y": (4, 3), "z": (3,)}, juxtaposed=[("y", "z")])
    for other in ((), (4, 3)):
        fit(ELEMENTWISE, {"y": (4, 3), "z": other}, juxtaposed=[("y", "z")])
    fit(ELEMENTWISE, {"y": (4, 3), "z": (3,)})


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize(
    ("source", "shapes", "given"),
    [
        (r"S(k) = \sum_{i=1}^k x_i, y = S(3)", {}, {}),
        (r"S(k) = \sum_{i=0}^{k-1} x_i, y = S(3)", {}, {}),
        (r"S(k) = \prod_{i=1}^k x_i, y = S(m)", {}, {"m": 3}),
        (r"S(k) = \max_{1 \le i \le k} x_i, y = S(3)", {}, {}),
        ("u = x_{1:k}", {"x": "n"}, {"k": 3}),
        (r"\sum_{i=1}^{k} x_i + \sum_{i=1}^n x_i", {}, {"k": 3, "n": 1}),
    ],
)
def test_a_range_that_runs_further_than_an_array_is_refused(
    source: str, shapes: dict[str, str], given: dict[str, int], backend: str
) -> None:
    function = translate(source, shapes=shapes, backend=backend)
    with pytest.raises(ShapeError, match="a range takes 3 entries, and there are 2"):
        function(x=[1.0, 2.0], **given)
    function(x=[1.0, 2.0, 3.0], **given)
    function(x=[1.0, 2.0, 3.0, 4.0], **given)


def test_of_two_that_share_an_axis_one_may_carry_a_batch() -> None:
    slots = (Slot("a"), Slot("x", (n,)))
    fit(slots, {"a": (), "x": (4, 3)}, exclusive=[("a", "x")])
    fit(slots, {"a": (4,), "x": (3,)}, exclusive=[("a", "x")])
    with pytest.raises(ShapeError, match="its batch would be taken for one of x's dimensions"):
        fit(slots, {"a": (4,), "x": (4, 3)}, exclusive=[("a", "x")])
