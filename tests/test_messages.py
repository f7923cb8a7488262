"""What a user reads when something does not fit: the class, the place, the reasons, the way out."""

from __future__ import annotations

import pytest

from eq2code import Eq2CodeError, ShapeError, translate


def refused(source: str, shapes: dict[str, str] | None = None, **options: object) -> Eq2CodeError:
    """The error that a source gives."""
    with pytest.raises(Eq2CodeError) as caught:
        translate(source, shapes=shapes or {}, **options)  # type: ignore[arg-type]
    assert caught.value.source == source
    str(caught.value)
    return caught.value


def meant(error: Eq2CodeError) -> str:
    """What the carets stand under."""
    return error.source[error.span.start : error.span.end]


CLASHES = [
    (
        "softmax(QK/sqrt(d_k))V",
        {"Q": "n d_k", "K": "m d_k", "V": "m p"},
        "QK",
        ("Q is (n, d_k): declared in shapes=", "K is (m, d_k): declared in shapes="),
    ),
    (
        "A x + B x",
        {"A": "n m", "B": "n k"},
        "B x",
        (
            "B is (n, k): declared in shapes=",
            "x is (m,): a vector (beside a matrix), its size from `A x`",
        ),
    ),
    (
        r"W \in \mathbb{R}^{n \times m}, b \in \mathbb{R}^{k}, y = Wx + b",
        {},
        "Wx + b",
        (
            r"W is (n, m): declared in `W \in \mathbb{R}^{n \times m}`",
            r"b is (k,): declared in `b \in \mathbb{R}^{k}`",
        ),
    ),
    (
        r"h = \tanh(Wx + b) \\ y = V h + c",
        {"W": "h d", "V": "o d"},
        "V h",
        (
            "V is (o, d): declared in shapes=",
            r"h is (h,): defined as `h = \tanh(Wx + b)`",
            "W is (h, d): declared in shapes=",
        ),
    ),
    (
        "x^T A B y",
        {"A": "n m", "B": "k m", "y": "m"},
        "A B",
        ("A is (n, m): declared in shapes=", "B is (k, m): declared in shapes="),
    ),
    (
        "y = W x",
        {"W": "n m", "y": "k"},
        "y = W x",
        ("y is (k,): declared in shapes=", "W is (n, m): declared in shapes="),
    ),
    (
        "(A + B)(C + D)",
        {"A": "n m", "C": "k p"},
        "(A + B)(C + D)",
        ("A is (n, m): declared in shapes=", "C is (k, p): declared in shapes="),
    ),
    (
        r"\mathrm{tr}(A) + 1",
        {"A": "n m"},
        r"\mathrm{tr}(A)",
        ("A is (n, m): declared in shapes=",),
    ),
    (
        r"\sum_i x_i y_i",
        {"x": "n", "y": "m"},
        "i",
        ("x is (n,): declared in shapes=", "y is (m,): declared in shapes="),
    ),
    (
        "f(W x) + x",
        {"f": "(d) -> (k)", "W": "d n", "x": "n"},
        "f(W x) + x",
        ("f is (d) -> (k): declared in shapes=", "x is (n,): declared in shapes="),
    ),
    (
        r"\hat{x} + \beta_1",
        {"x_hat": "n", "beta_1": "m"},
        r"\hat{x} + \beta_1",
        (r"\hat{x} is (n,): declared in shapes=", r"\beta_1 is (m,): declared in shapes="),
    ),
    (
        r"\newcommand{\key}{K} Q \key",
        {"Q": "n d", "K": "m d"},
        r"Q \key",
        ("Q is (n, d): declared in shapes=", "K is (m, d): declared in shapes="),
    ),
    (
        "y = A x\nz = B y +\n\tC x",
        {"A": "n m", "B": "p n", "C": "p k"},
        "C x",
        (
            "C is (p, k): declared in shapes=",
            "x is (m,): a vector (beside a matrix), its size from `A x`",
        ),
    ),
]


@pytest.mark.parametrize(("source", "shapes", "place", "because"), CLASHES)
def test_a_clash_says_where_each_shape_was_learnt(
    source: str, shapes: dict[str, str], place: str, because: tuple[str, ...]
) -> None:
    error = refused(source, shapes)
    assert type(error) is ShapeError
    assert meant(error) == place
    assert error.because == because
