r"""Nothing of a source vanishes, and nothing that print does not show is read: `x \underbrace{+ z}`
is a sum."""

from __future__ import annotations

import pytest

from eq2code import Eq2CodeError, translate

SPLIT = (
    (r"y = x \underbrace{+ z}_{\text{bias}}", "y = x + z"),
    (r"y = \underbrace{x +}_{t} z", "y = x + z"),
    (r"y = x \overbrace{- z}^{a} w", "y = x - z w"),
    (r"y = x \textcolor{red}{- z}", "y = x - z"),
    (r"y = x {\color{red} - z} + w", "y = x - z + w"),
    (r"y = x \left. + z \right.", "y = x + z"),
    (r"y = x \boxed{+ z}", "y = x + z"),
    (r"\textcolor{red}{y =} x + 1", "y = x + 1"),
    (r"\textcolor{red}{y = x} + 1", "y = x + 1"),
    (r"\boxed{\begin{aligned} u &= a + b \\ v &= u^2 \end{aligned}}", r"u = a + b \\ v = u^2"),
    (r"y = a + \textcolor{red}{b - c} + d", "y = a + b - c + d"),
    (r"y = \left( a + b \right. \\ \left. + c \right) d", r"y = \left( a + b + c \right) d"),
    (
        r"y = \left( a \right. \\ \left. + b \right. \\ \left. + c \right) d",
        r"y = \left( a + b + c \right) d",
    ),
    (
        r"y = \left( a + \left[ b \right. \right. \\ \left. \left. + c \right] d \right) e",
        "y = (a + [b + c] d) e",
    ),
    (
        r"\begin{aligned} L &= \sum_i \left[ y_i \log p_i \right. \\ "
        r"&\left. + (1 - y_i) \log (1 - p_i) \right] \end{aligned}",
        r"L = \sum_i [y_i \log p_i + (1 - y_i) \log (1 - p_i)]",
    ),
    (
        r"\mathrm{softmax}(\frac{QK^\top}{\sqrt{d_k}} \underbrace{+ M}_{\text{mask}})V",
        r"\mathrm{softmax}(\frac{QK^\top}{\sqrt{d_k}} + M)V",
    ),
    (r"L = a \underbrace{+ \lambda \|w\|^2}_{\text{reg}}", r"L = a + \lambda \|w\|^2"),
)

DOUBTFUL = (
    (r"y = \underbrace{a + b}_{t} c", "AmbiguousError", "braces, which are not printed"),
    (r"y = a - \textcolor{red}{b + c}", "AmbiguousError", "braces, which are not printed"),
    (r"y = c \boxed{a + b}", "AmbiguousError", "braces, which are not printed"),
    (r"y = x \hbox{+ z}", "ParseError", "outside of the text"),
)


def body(source: str, backend: str = "numpy") -> str:
    """The code of a source, without the text of the source in it."""
    code = translate(source, backend=backend, notation="latex" if "\\" in source else None).code
    start = code.index("def ")
    head, _, rest = code[start:].partition("\n")
    parts = rest.split('"""')
    return "\n".join([head, parts[-1]])


@pytest.mark.parametrize(("source", "plain"), SPLIT)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_source_is_read_as_it_would_be_written_plainly(
    source: str, plain: str, backend: str
) -> None:
    assert body(source, backend) == body(plain, backend)


@pytest.mark.parametrize(("source", "error", "says"), DOUBTFUL)
def test_what_could_vanish_is_refused(source: str, error: str, says: str) -> None:
    with pytest.raises(Eq2CodeError) as caught:
        translate(source)
    assert type(caught.value).__name__ == error
    assert says in str(caught.value)
