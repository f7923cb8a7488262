"""Records are dataclasses in all that their users see."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace

import pytest

from eq2code.record import lazy, node, record


@record
class Point:
    x: int
    y: int = 2
    note: str = field(default="", compare=False, kw_only=True)


@record
class Path(Point):
    others: tuple[Point, ...] = ()
    more: list[int] = field(default_factory=list, compare=False)


@node
class Tree:
    """Without slots, and equal as object says."""

    left: object = None

    @lazy
    def height(self) -> int:
        """Counted once."""
        return 1 + (self.left.height if isinstance(self.left, Tree) else 0)


def test_they_are_dataclasses() -> None:
    assert is_dataclass(Point)
    assert [f.name for f in fields(Path)] == ["x", "y", "note", "others", "more"]
    assert replace(Point(1), y=5) == Point(1, 5)
    assert repr(Point(1)) == "Point(x=1, y=2, note='')"


def test_equality_looks_at_what_is_compared() -> None:
    assert Point(1, note="a") == Point(1, note="b")
    assert hash(Point(1, note="a")) == hash(Point(1, note="b"))
    assert Point(1) != Point(2)
    assert Point(1) != Path(1)
    assert Point(1) != (1, 2)
    assert Tree() != Tree()


def test_they_match() -> None:
    match Path(1, others=(Point(3),)):
        case Path(x, _, (Point(z),)):
            assert (x, z) == (1, 3)
        case _:
            pytest.fail("no match")


def test_arguments_are_those_of_the_fields() -> None:
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1, 2, "note")  # type: ignore[misc]
    assert Path(1).more is not Path(1).more


def test_they_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del Tree().left


@pytest.mark.parametrize("value", [Point(1, note="a"), Path(1, 3, (Point(2),))])
def test_they_travel(value: Point) -> None:
    for twin in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value), copy.copy(value)):
        assert twin == value
        assert twin.note == value.note


def test_trees_travel() -> None:
    tree = pickle.loads(pickle.dumps(Tree(Tree(3))))
    assert tree.left.left == 3


def test_lazy_values_are_computed_once_and_do_not_travel() -> None:
    tree = Tree(Tree())
    assert "height" not in vars(tree)
    assert (tree.height, tree.height) == (2, 2)
    assert vars(tree)["height"] == 2
    assert "height" not in vars(pickle.loads(pickle.dumps(tree)))
    assert Tree.height.__doc__ == "Counted once."
