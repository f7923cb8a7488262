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
    (r"\begin{aligned} y =& a + b \\ -& c d \end{aligned}", "y = a + b - c d"),
    (r"y = \underbrace{a}_{L_1} + L_2", "y = a + L_2"),
    (r"y = \max_i \quad x_i", r"y = \max_i x_i"),
    (
        r"\begin{aligned} y &= (a + b) \\ &\quad (c + d) \end{aligned}",
        r"y = (a + b)(c + d)",
    ),
    (r"y = \left.5 x + z\right.", "y = 5 x + z"),
    (r"y = |\underbrace{a + b}_{t}| c", "y = |a + b| c"),
    (r"L = a \underbrace{+ \lambda \|w\|^2}_{\text{reg}}", r"L = a + \lambda \|w\|^2"),
)

SAID = (
    (r"y = W x + b \in \mathbb{R}^n", r"y = W x + b, y \in \mathbb{R}^n"),
    ("f(x) = x^2 ≥ 0", "f(x) = x^2"),
    (r"c = \frac{1}{2} \sum_i (x_i - y_i)^2 \ge 0", r"c = \frac{1}{2} \sum_i (x_i - y_i)^2"),
    (r"D_{KL} = \sum_i p_i \log\frac{p_i}{q_i} \ge 0", r"D_{KL} = \sum_i p_i \log\frac{p_i}{q_i}"),
    (r"H = -\sum_i p_i \log p_i \le \log n", r"H = -\sum_i p_i \log p_i"),
    (r"\rho = \frac{x^\top y}{\|x\| \|y\|} \in [-1, 1]", r"\rho = \frac{x^\top y}{\|x\| \|y\|}"),
    ("p = a / (a + b) ≤ 1\nq = 1 - p", "p = a / (a + b)\nq = 1 - p"),
    ("y = x if x > 0 and not a > 0 else 0", "y = x if (x > 0 and not a > 0) else 0"),
    (
        r"y = x \text{ if } x > 0 \text{ and not } a > 0",
        r"y = x \text{ if } x > 0 \land \lnot a > 0",
    ),
    (r"\text{The value of } y = x + 1", "y = x + 1"),
    (r"x > 0 \text{ and not } y > 0", r"x > 0 \land \lnot y > 0"),
    (
        r"y = x, \text{ if } x > a; \; b, \text{ if } x < -a; \; 0, \text{ otherwise}",
        "y = x if x > a, b if x < -a, 0 otherwise",
    ),
    (
        r"\text{Number of heads} = 8 \\ d = n / \text{Number of heads}",
        r"\mathrm{Number\_of\_heads} = 8 \\ d = n / \mathrm{Number\_of\_heads}",
    ),
    (r"\alpha = 1 - \beta \in (0, 1)", r"\alpha = 1 - \beta"),
    (r"y = \mathrm{sign}(w^\top x) \in \{-1, 1\}", r"y = \mathrm{sign}(w^\top x)"),
    (r"s = \sqrt{2} \approx 1.414", r"s = \sqrt{2}"),
    ("z = x + 1\nLoss: L = a + b", "z = x + 1\nL = a + b"),
    ("y = 2 x\nA: z = y + 1", "y = 2 x\nz = y + 1"),
    ("Step 1: y = a + b\nStep 2: z = 2 y", "y = a + b\nz = 2 y"),
    (r"\forall i : y_i = x_i + 1", "y_i = x_i + 1, \\quad i = 1, \\dots, n"),
    ("for i = 1, …, n: y_i = x_i + 1", "y_i = x_i + 1, i = 1, …, n"),
    ("Eq. 1: y = a + b", "y = a + b"),
    ("eq. (1) y = a + b", "y = a + b"),
    ("y = a + b, Eq. 1", "y = a + b"),
    ("Theorem. y = a + b", "y = a + b"),
    ("Step 1. y = a + b\nStep 2. z = 2 y", "y = a + b\nz = 2 y"),
    ("y = x + 1 (1)\nz = y + 2 (2)", "y = x + 1\nz = y + 2"),
    (r"a = b + c. \qquad (12)", "a = b + c"),
    ("Loss: MAE = (1/n) Σ_i |y_i − ŷ_i|", "MAE = (1/n) Σ_i |y_i − ŷ_i|"),
    ("Loss\nL = a + b", "L = a + b"),
    ("(a) y = x + 1\n(b) z = 2 y", "y = x + 1\nz = 2 y"),
    ("(i) y = x + 1\n(ii) z = 2 y", "y = x + 1\nz = 2 y"),
)

NUMBERS = (
    (r"y = 1\,000 x", "y = 1000 x"),
    ("y = 1 000 x", "y = 1000 x"),
    ("y = 1 000 000 x", "y = 1000000 x"),
    ("y = 1e-3x", "y = 1e-3 x"),
    (r"y = 1e-3x + \beta", r"y = 1e-3 x + \beta"),
    ("y = 2.5e-4g", "y = 2.5e-4 g"),
)

SIGNS = (
    ("y = 1[x > 0] z", r"y = \mathbf{1}[x > 0] z"),
    ("y = 1[x > 0 and not z > 0]", r"y = \mathbf{1}[x > 0 \land \lnot z > 0]"),
    ("y = a 1(x = 2)", r"y = a \mathbf{1}[x = 2]"),
)

BOUND = ("the value in front", "1 where the comparison holds", "m = (x > 0)", "prefer=")

DOUBTFUL = (
    (r"y = \underbrace{a + b}_{t} c", "AmbiguousError", "braces, which are not printed"),
    (r"y = \underbrace{x + 1}_{z} + z^2", "AmbiguousError", "a mere label"),
    (r"y = \underbrace{x + 1}_{=: z} \\ w = 2 z", "AmbiguousError", "a mere label"),
    (r"y = \underbrace{a}_{L_1} + L_1", "AmbiguousError", "a mere label"),
    (r"y = x + 1 \quad [\text{bias}]", "AmbiguousError", "a wide space"),
    ("y = x && z", "AmbiguousError", "a wide space, or &"),
    ("y = x + 1 if z", "UnsupportedError", "no condition that can be read"),
    *(
        (source, "UnsupportedError", "no condition that can be read")
        for source in (
            "y = x if x is positive",
            r"y = x \text{ if } x \text{ is positive}",
            r"\text{if } x > 0 \text{ then } y = x",
            "when x > 0, y = x",
            "y = x if m else 0",
        )
    ),
    *(
        (source, "UnsupportedError", "belongs to no condition")
        for source in (
            "y = 3x if n is even, x/2 otherwise",
            "f(n) = n/2 if n even, 3n+1 otherwise",
            "y = a if c, b otherwise",
            "y = a otherwise",
        )
    ),
    *(
        (source, "UnsupportedError", "no branch that can be read")
        for source in (
            "y = a if c > 0, b",
            "y = x if x > 0, z = 3",
            "y = x if x > 0 and m",
            "y = x for x > 0, z",
            "y = x if x > 0 when z > 0",
        )
    ),
    *(
        (source, "UnsupportedError", "belongs to no case")
        for source in ("y = x, x > 0; -x, x <= 0", "y = x, x > 0; z, x <= 0")
    ),
    ("y = x if x >= 0\n  = -x if x < 0", "ParseError", "starts with ="),
    *(
        (source, "ParseError", "is prose, and no part of a formula")
        for source in (
            r"y = x \text{ times } 2",
            r"y = \text{mean of } x",
            r"L = \text{sum of squares}",
            r"y = \begin{cases} x & \text{if } x > 0 \text{ for some } x \\ 0 & \text{otherwise}"
            r" \end{cases}",
        )
    ),
    (r"y = \text{not } a", "ParseError", "not cannot stand behind ="),
    (r"y = a \text{ not } b", "ParseError", "not cannot stand behind a"),
    (r"\text{mean of } x", "ParseError", "says what to do with the formula behind it"),
    (r"y = a - \textcolor{red}{b + c}", "AmbiguousError", "braces, which are not printed"),
    (r"y = c \boxed{a + b}", "AmbiguousError", "braces, which are not printed"),
    (r"y = x \hbox{+ z}", "ParseError", "outside of the text"),
    (r"y = |a| \underbrace{b + c}_{t}", "AmbiguousError", "braces, which are not printed"),
    (r"y = \left( a + b \right. c", "ParseError", "( has no partner"),
    (r"y = a \left. + b \right) c", "ParseError", ") has no partner"),
    (r"y = \left( a \right. \\ \left. + b \right. c", "ParseError", "( has no partner"),
    (r"y = \left. x \right|", "ParseError", "| has no partner"),
    *(
        (source, "AmbiguousError", words)
        for source in ("mask = x > 0", r"\hat y = \sigma(x) > 0.5", "M = A > B", "f(x) = x > 0")
        for words in BOUND
    ),
    ("y = x > 0 and z > 0", "AmbiguousError", BOUND[0]),
    ("y = 3 > x", "AmbiguousError", BOUND[0]),
    ("y = x ≠ z", "AmbiguousError", BOUND[0]),
    (r"m_{ij} = a_i < b_j", "AmbiguousError", BOUND[0]),
    *(
        (source, "AmbiguousError", BOUND[0])
        for source in (
            r"y = \sum_i w_i x_i \ge 0",
            r"y = \frac{a}{b + c} \ge \theta",
            r"y = \frac{a}{b + c} \ge 0.5",
            r"\hat y = \frac{a}{b + c} \ge 0",
            r"m = x^2 + y^2 \le 1",
            r"m = x \in (0, 1)",
            "m = a / (b + c) >= 1",
            "p = a / (a + b) in [0, 1]",
            "p = a / (a + b) ≤ 1 and z > 0",
            r"y = \frac{a}{b + c} \in S",
        )
    ),
    ("m = x == 0", "AmbiguousError", "m = (x == 0)"),
    ("y = x : 2", "UnsupportedError", "a / b"),
    ("y = x -> z", "UnsupportedError", "what → says"),
    ("y = a ∼ b", "UnsupportedError", "what ∼ says"),
    ("0 ≤ p = a / b ≤ 1", "UnsupportedError", "by itself"),
    ("h: z = a + b\ny = h z", "AmbiguousError", "a label of the equation"),
    (r"H: z = a + b \\ y = H z", "AmbiguousError", "a label of the equation"),
    ("f: x ↦ x^2", "UnsupportedError", "f(x) = x^2"),
    ("BERT. y = a", "AmbiguousError", "a product"),
    ("y = 1 500 x", "AmbiguousError", "1500"),
    ("y = 2 3 x", "AmbiguousError", "a product"),
    ("y = 2e-3x", "AmbiguousError", "a product with e"),
    ("y = 1'000 x", "ParseError", "1000"),
    ("y = 0x1F", "ParseError", "decimal digits"),
    ("L = a + b  -- the loss", "ParseError", "a - (-b)"),
    ("The loss is\nL = a + b", "AmbiguousError", "prose"),
    ("(a) y = x + 1", "AmbiguousError", "the letter of the equation"),
    ("y = not x", "ParseError", "not cannot stand"),
    ("y = 0,5 x + 1", "AmbiguousError", "0.5"),
    ("y = 1,000 a", "AmbiguousError", "two values"),
    ("y = W x + 2    (1)", "AmbiguousError", "the number of the equation"),
    ("y = x + 1 [1]", "AmbiguousError", "[1] is the number of an equation"),
)


def body(source: str, backend: str = "numpy") -> str:
    """The code of a source, without the text of the source in it."""
    code = translate(source, backend=backend, notation="latex" if "\\" in source else None).code
    start = code.index("def ")
    head, _, rest = code[start:].partition("\n")
    parts = rest.split('"""')
    return "\n".join([head, parts[-1]])


@pytest.mark.parametrize(("source", "plain"), [*SPLIT, *SAID, *NUMBERS, *SIGNS])
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


@pytest.mark.parametrize(("reading", "plain"), [("fact", "m = x"), ("indicator", "m = (x > 0)")])
def test_a_bound_is_what_is_preferred(reading: str, plain: str) -> None:
    made = translate("m = x > 0", prefer={"bound": reading})
    assert made.code.splitlines()[-1] == translate(plain).code.splitlines()[-1]


def test_a_preferred_comparison_does_not_leave_out_the_next() -> None:
    with pytest.raises(Eq2CodeError):
        translate("y = x > 0 and z > 0", prefer={"bound": "indicator"})


def test_what_is_left_out_is_told() -> None:
    assert "z + 1" in translate("y = 2 x where z + 1").warnings[0]
    assert r"\approx 1.414" in translate(r"s = \sqrt{2} \approx 1.414").warnings[0]
    for source in ("y = x^2 for x > 0", "y = x^2, x > 0", "y = 1 / x for x ≠ 0"):
        (warning,) = translate(source).warnings
        assert f"`{source[-5:]}` says what holds, and is not checked" == warning
    for held in ("0 < x < 1", "a = 1 or b = 2"):
        assert translate(f"y = x^2 where {held}").warnings == (
            f"`{held}` says what holds, and is not checked",
        )
    assert translate("f(x) = x^2 ≥ 0").assumptions[0].convention == "bound"


@pytest.mark.parametrize("source", ["[a, b]", "y = [x_1, x_2]", "y = [x + 1, z]"])
def test_a_list_of_what_nothing_is_said_of_is_told(source: str) -> None:
    made = translate(source)
    (told,) = made.assumptions
    assert told.convention == "elementwise"
    other = translate(source, shapes=dict(told.argument[0][1]))
    assert other.code != made.code
