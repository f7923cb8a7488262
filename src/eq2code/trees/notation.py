"""What is written: the tree that both grammars build, with spans and no meaning yet.

`QK^T`, `f(x)`, `|x|` and `x'` are not decided here. Nothing after `parse` knows which grammar it
was. Lists are flat (a sum of a thousand terms is one node), and a node with one child and nothing
to say of it is the child itself.
"""

from __future__ import annotations

from dataclasses import field

from eq2code.record import record
from eq2code.source import NOWHERE, Span


@record
class Notation:
    """A piece of notation; `span` is its place in the source as typed and takes no part in
    equality."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)


@record
class Letter(Notation):
    r"""One letter. `text` is canonical: "x", "Q", or a Greek name ("beta", "Sigma", "varepsilon").

    `style` is "" or one of: bf, bb, cal, frak, rm, sf, it, tt, sc, vec (under an arrow).
    `\boldsymbol`, `\bm`, `\mathbf`, 𝐱 are all "bf"; `\mathrm x` of one letter is
    Letter(style="rm"); `\mathbb{1}` is Letter("1", style="bb"), `\mathbf{1}` is Letter("1",
    style="bf"), likewise "0". `\ell` is Letter("ell"), `\infty` Letter("infty"), `\nabla`
    Letter("nabla"), `\partial` Letter("partial"), `\emptyset` Letter("emptyset"); `\hbar` and the
    like are named likewise. Unicode letters give the same names (ε and \varepsilon "varepsilon", ϵ
    and \epsilon "epsilon").
    """

    text: str
    style: str = ""


@record
class Word(Notation):
    r"""Several letters that are one name: `\mathrm{softmax}`, `\log`, plain `lr`, `d_{model}`'s
    label.

    `style` as for Letter, plus "op" for what LaTeX or Unicode has as an operator name: `\exp`,
    `\log`, `\sin`, `\max`, `\argmax`, `\operatorname{softmax}`; and "big" for `\sum` ("sum"),
    `\prod` ("prod"), `\int`, `\bigcup`, … Underscores inside (`max_iter`, `step\_num`) belong to
    the text.
    """

    text: str
    style: str = ""


@record
class Number(Notation):
    """A numeral as written ("2", "0.5", "1e-8")."""

    text: str


@record
class Ellipsis(Notation):
    r"""`…`, `...`, `\dots`, `\cdots`, `\vdots`."""


@record
class Mark(Notation):
    r"""A sign that stands as a script of its own: `x^*`, `x^+`, `x^-`, `x^\dagger`, `W_{\cdot j}`,
    `x_{:,k}`.

    `text` is one of: * + - dagger top (all of \top, \intercal, ᵀ) cdot : star circ, or "!": the
    factorial `k!` is Scripts(k, sup=Mark("!")).
    """

    text: str


@record
class Text(Notation):
    r"""Prose inside a formula that is no name: `\text{if }`, `\text{otherwise}`; `text` is
    stripped."""

    text: str


@record
class Scripts(Notation):
    r"""A base with scripts. `primes` counts `'`. `x_i'^{2}` is Scripts(x, sub=i, sup=2, primes=1).

    `sub` and `sup` are any notation; a bracketed superscript `x^{(i)}` keeps its Fence. Several
    superscripts that LaTeX would refuse are refused, except `x'^2`. An empty base `{}_i x` is
    refused.
    """

    base: Notation
    sub: Notation | None = None
    sup: Notation | None = None
    primes: int = 0


@record
class Accent(Notation):
    r"""`\hat x`, `\widehat{…}`, `x̂` -> "hat"; tilde, bar (`\overline` too), dot, ddot, check,
    breve.

    `\vec` is no accent: Letter(style="vec").
    """

    kind: str
    body: Notation


@record
class Fraction(Notation):
    r"""`\frac`, `\dfrac`, `\tfrac`, `{a \over b}`, `½`. A slash is an operator of Product."""

    numerator: Notation
    denominator: Notation


@record
class Binomial(Notation):
    r"""`\binom{n}{k}`."""

    upper: Notation
    lower: Notation


@record
class Root(Notation):
    r"""`\sqrt{x}`, `\sqrt[n]{x}`, `√x`, plain `sqrt(x)`."""

    body: Notation
    degree: Notation | None = None


@record
class Fence(Notation):
    r"""Something in brackets. `open`/`close` are one of ( ) [ ] { } | ‖ ⟨ ⟩ ⌊ ⌋ ⌈ ⌉ ⟦ ⟧ or
    "" (`\right.`).

    `{`/`}` are printed braces; LaTeX grouping braces leave no node. `\|`, `‖`, `||` are "‖".
    `\left\{ … \right.` is Fence("{", "", …). An empty bracket has body Items(()).
    """

    open: str
    close: str
    body: Notation


@record
class Items(Notation):
    r"""A list with its separators: `a, b; c`. Separators are one of , ; | ‖ (`\mid` is "|").

    A list of one with no separator is the item itself. `len(separators) == len(items) - 1`; a
    trailing separator is dropped.
    """

    items: tuple[Notation, ...]
    separators: tuple[str, ...] = ()


@record
class Relation(Notation):
    r"""`a = b`, chains `a \le x < b`. Binds weaker than everything but Items.

    `operators` are canonical: = := <- (\leftarrow, \gets, ←) ≡ ≜ (\triangleq, \stackrel{def}{=},
    \doteq) ↦ ≠ < > ≤ ≥ ∈ ∉ ∼ ≈ ∝ → ⊂ ⊆, and ":" (`x_{1:d}`, `f: A \to B`). Operands are None where
    nothing
    is written: `x_{<t}`, `x_{2:}`.
    """

    operands: tuple[Notation | None, ...]
    operators: tuple[str, ...]


@record
class Logic(Notation):
    r"""`a \land b`, `\lnot a`, "and"/"or" inside conditions. `operator` is "and", "or" or "not"."""

    operator: str
    operands: tuple[Notation, ...]


@record
class Sum(Notation):
    """`a + b - c`: `signs` has one of + - ± for each term; a leading minus alone is Sum((x,),
    ("-",))."""

    terms: tuple[Notation, ...]
    signs: tuple[str, ...]


@record
class Product(Notation):
    r"""Operands joined by written signs: `a \cdot b / c`. Left-associative; `len(operators) ==
    len(operands) - 1`.

    Operators are canonical: * (typed asterisk, ∗) · (\cdot) × (\times) ⊙ (\odot) ∘ (\circ)
    ⊗ (\otimes) ⊕ (\oplus) @ / (slash, \div) ⋆ (\star, \ast) mod ‖ (concatenation bars between
    operands) ∪ ∩ ∖. Juxtaposition binds tighter: each operand is a Row or a single piece. A unary
    sign straight after an operator (`a * -b`) makes that operand Sum((b,), ("-",)).
    """

    operands: tuple[Notation, ...]
    operators: tuple[str, ...]


@record
class Row(Notation):
    """Pieces side by side, nothing decided: `Q K^T`, `f ( x )`, `\\log \\hat y`, `\\sum_i a_i
    b_i`."""

    items: tuple[Notation, ...]


@record
class Grid(Notation):
    r"""Rows and columns: the matrix family, `cases`, and `array`s that are not lists of equations.

    `kind` is "matrix", "cases" (also an array or aligned after `\left\{` with `\right.`) or
    "array". The brackets of pmatrix, bmatrix, vmatrix are a Fence round the Grid.
    """

    kind: str
    rows: tuple[tuple[Notation, ...], ...]


@record
class Evaluated(Notation):
    r"""`\left. f \right|_{x = a}`, `f|_a`: `body` with `at` below the bar."""

    body: Notation
    at: Notation


@record
class Statement(Notation):
    r"""One line of the source: what stands between `\\`, newlines, `\quad`, `where`, full stops.

    `body` is an Items, a Relation or any expression. `introduced` is the word in front, lower case:
    "" "where" "with" "and" "for" "if" "let" …
    """

    body: Notation
    introduced: str = ""


@record
class Document(Notation):
    """The whole source. `warnings` are sentences on what was dropped (a zero-width space, a
    Cyrillic letter); `text` is what was typed, for messages that quote it."""

    statements: tuple[Statement, ...]
    language: str = "text"
    warnings: tuple[str, ...] = ()
    text: str = field(default="", compare=False)
