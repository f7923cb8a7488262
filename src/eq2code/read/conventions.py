"""What do we read where the notation leaves a choice? One table of habits, and the record of their
use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from eq2code.errors import OptionError
from eq2code.read.declare import close
from eq2code.record import record
from eq2code.source import NOWHERE, Span
from eq2code.trees.assumption import Assumption
from eq2code.trees.dims import Shape, declaration

Pairs = tuple[tuple[str, str], ...]


@record
class Convention:
    """A row of the table.

    Attributes:
        name: what `prefer=` calls it.
        readings: the readings it chooses from; the first is the habit. Of several
            `prefer={name: reading}` chooses another; where there is but one, a declaration says
            otherwise.
        example: a source that leans on it, with `declared`, the shapes that it needs.
        reason: the habit, in words.
    """

    name: str
    readings: tuple[str, ...]
    example: str
    reason: str
    declared: tuple[tuple[str, str], ...] = ()

    @property
    def by(self) -> str:
        """The argument that chooses otherwise: one reading alone can only be declared away."""
        return "prefer" if len(self.readings) > 1 else "shapes"


TABLE: tuple[Convention, ...] = (
    Convention("capital", ("matrix",), "A B", "a capital letter in a product is a matrix"),
    Convention(
        "bold", ("vector",), r"2 \mathbf{x}",
        "a bold lower-case letter is a vector, and so is one under an arrow",
    ),
    Convention(
        "beside-matrix", ("vector",), "W x",
        "a lower-case Latin letter beside a matrix is a vector",
    ),
    Convention(
        "transposed", ("vector",), "w^T x", "a lower-case letter that is transposed is a vector",
    ),
    Convention(
        "operand", ("vector",), "softmax(x)",
        "what a function of a vector is applied to is a vector",
    ),
    Convention(
        "same-shape", ("same",), "W x + b", "a Latin letter added to an array is an array of "
            "its kind",
    ),
    Convention(
        "indexed", ("element",), r"\sum_{i} \|\mathbf{x}_i\|",
        "an index addresses one element; elements that are bold, transposed or in a norm "
        "are vectors",
    ),
    Convention(
        "elementwise", ("elementwise",), r"y = \beta x + g^2",
        "a symbol of which nothing is said is taken element by element, in any one shape",
    ),
    Convention(
        "step", ("previous",), r"m_t = m_{t-1} + g_t",
        "a letter that occurs with a step is a counter, not an index",
    ),
    Convention(
        "label", ("name",), "y = 2 x_t", "a letter below that nothing binds is part of the name",
    ),
    Convention(
        "last-dimension", ("size",), r"softmax(Q K^T / \sqrt{d_k})",
        "d with a matrix's letter below is that matrix's last dimension",
    ),
    Convention(
        "softmax-axis", ("last", "first"), "softmax(X W)", "rows that sum to one are the "
            "convention",
    ),
    Convention(
        "free-axis", ("last", "first"), r"a_{ij} = \mathrm{softmax}(e_{ij})",
        "a function of all entries written over several free indices runs over the last",
        (("e", "n m"),),
    ),
    Convention(
        "free-index", ("each", "symbol"), r"y = x_i + \sum_j x_j",
        "an index that nothing binds has one result for each value, printed on the left or not",
        (("x", "n"),),
    ),
    Convention(
        "whole-array", ("array",), r"\log\Gamma(\alpha) - \sum_k \log\Gamma(\alpha_k)",
        "a letter without an index is the array whose elements stand beside it",
    ),
    Convention(
        "mean-bar", ("mean",), r"\sum_i (x_i - \bar{x})^2",
        "a bar over an array that is given, beside its elements, is their mean",
        (("x", "n"),),
    ),
    Convention(
        "expectation", ("mean",), r"\mathbb{E}_{x \sim p}[x^2]",
        "an expectation is the mean over given draws", (("x", "n"),),
    ),
    Convention("sigma", ("sigmoid",), r"\sigma(x)", "an applied sigma is the logistic sigmoid"),
    Convention(
        "special-letter", ("function",), r"\Gamma(x)",
        "an applied Γ is the gamma function, an applied Φ the normal distribution function",
    ),
    Convention(
        "function-rows", ("each", "whole"), r"f(x)_i = \frac{x_i}{\sum_j x_j}, H = f(X)",
        "a function of a vector that the source defines works on each row of a matrix, one of a "
        "number on each entry",
        (("X", "n d"),),
    ),
    Convention(
        "letter-function", ("symbol",), r"\sigma (x + 1) + x / \sigma",
        "a letter that stands without a bracket too is no function before one",
    ),
    Convention("pi", ("constant",), r"2 \pi r", "pi is 3.14159…"),
    Convention("euler", ("constant",), "e^{x}", "e under a power is Euler's number"),
    Convention(
        "imaginary", ("unit",), r"X_k = \sum_{n=0}^{N-1} x_n e^{-2 \pi i k n / N}, k = 0, "
            r"\dots, N - 1",
        "an unbound i or j in an exponent beside pi or omega is the imaginary unit",
    ),
    Convention(
        "identity", ("identity",), "A + I", "I beside a square matrix is the identity",
        (("A", "n n"),),
    ),
    Convention(
        "power", ("elementwise", "matrix"), r"\mathrm{ReLU}^2(A)",
        "a power of a matrix that is not known to be square is taken element by element",
        (("A", "n n"),),
    ),
    Convention(
        "entry-of-inverse", ("inverse", "reciprocal"), r"w_i = \sum_j C^{-1}_{ij} m_j",
        "a capital letter with -1 above and two indices below is an entry of the inverse",
    ),
    Convention(
        "asterisk", ("elementwise", "matrix"), "y = A * B",
        "* between matrices is element by element", (("A", "n n"), ("B", "n n")),
    ),
    Convention(
        "rows", ("inner", "outer"), r"a_{ij} = Q_i K_j^\top",
        "rows of two stacks at different indices, the second transposed, make an inner product",
        (("Q", "n d"), ("K", "m d")),
    ),
    Convention(
        "row-product", ("inner", "elementwise"), r"y_i = A_i x",
        "a row of a matrix beside a vector makes an inner product",
        (("A", "n m"), ("x", "m")),
    ),
    Convention(
        "root", ("positive",), r"s^2 = a + b, y = x / s",
        "a symbol of which the source defines only the square is its positive root",
    ),
    Convention(
        "summed-axis", ("summed", "free"), r"y_i = \sum_j \mathrm{softmax}(A_{ij}) v_j",
        "softmax of numbers under a sum runs over what the sum runs over",
        (("A", "n m"), ("v", "m")),
    ),
    Convention(
        "gate", ("elementwise", "outer", "Kronecker"), r"\tanh(A) \otimes B",
        "⊗ of two arrays of one shape is elementwise where one is a function of each entry: a gate",
        (("A", "n m"), ("B", "n m")),
    ),
    Convention(
        "symmetric", ("symmetric", "elementwise"), "A^{1/2} x",
        "a matrix that takes a broken power is symmetric", (("A", "n n"), ("x", "n")),
    ),
    Convention(
        "spectrum", ("symmetric",), r"\lambda_{\max}(A)",
        "a matrix whose eigenvalues are taken is symmetric", (("A", "n n"),),
    ),
    Convention(
        "bracket", ("product", "label"), "W(x)",
        "a declared matrix multiplies the declared array in the bracket after it, where the "
        "sizes fit",
        (("W", "n m"), ("x", "m")),
    ),
    Convention(
        "superscript", ("power",), r"\beta_1^t", "a letter above that is no index is an exponent",
    ),
    Convention(
        "raised-function", ("result", "repeated"), r"f(x) = x + 1, y = f^2(z)",
        "a power of a function before its bracket raises the result",
    ),
    Convention(
        "raised-label", ("name", "power"), "y = a^l x",
        "a letter above that is an index by habit, or labels a left side, is part of the name",
    ),
    Convention(
        "concatenation-axis", ("last", "first"), "[A; B]",
        "matrices that fit along both axes are joined along the last",
        (("A", "n m"), ("B", "n m")),
    ),
    Convention(
        "bias-axis", ("last", "first"), "X + b", "a vector added to a matrix is added to each row",
        (("X", "n n"), ("b", "n")),
    ),
    Convention(
        "added-number", ("identity", "entries"), r"(A - \lambda)^{-1}",
        "a number added to a square matrix that is inverted, multiplied or under a determinant is "
        "that many times the identity; elsewhere it is added to each entry; added to a product "
        "under a power it is asked about; taken from a matrix before another it is a mean",
        (("A", "n n"), ("lambda_", "")),
    ),
    Convention(
        "added-rows", ("outer", "inner"), r"A + k^\top v",
        "a vector after a transposed one, added to a matrix, makes the outer product of two rows",
        (("A", "n n"), ("k", "n"), ("v", "n")),
    ),
    Convention(
        "index-base", ("0", "1"), r"\sum_k k x_k",
        "an index without a printed range counts from 0 where it is a number",
    ),
    Convention(
        "first-entry", ("reached", "1"), r"y_i = x_{2i}",
        "the first entry of an array is the first one that an index reaches",
    ),
    Convention(
        "convolution", ("valid", "full"), r"y_n = \sum_k x_k h_{n-k}",
        "an index on the left that shifts one below a sum runs over the positions for which every "
        "entry exists",
    ),
    Convention(
        "component", ("component",), r"\sum_k \phi_k(x)",
        "a declared function of a vector value with an index below is a component of the value",
        (("phi", "(n) -> (m)"), ("x", "n")),
    ),
    Convention(
        "circle", ("elementwise", "outer"), r"a \circ b",
        "a circle between two vectors multiplies element by element", (("a", "n"), ("b", "n")),
    ),
    Convention(
        "diagonal", ("vector", "matrix"), r"h_{ii} = \sum_j a_{ij}",
        "a left side with one index twice gives a diagonal; of a capital letter the matrix with it",
        (("a", "n m"),),
    ),
    Convention(
        "distinct", ("pairwise", "neighbours"), r"\sum_{i \ne j \ne k} x_i x_j x_k",
        "indices in a chain of ≠ differ pairwise", (("x", "n"),),
    ),
    Convention(
        "digits", ("entry", "number"), "a_{12}",
        "as many digits below an array as it has axes are a position on each",
        (("a", "n m"),),
    ),
    Convention(
        "letters", ("product",), r"\alpha BP",
        "capital letters written together in LaTeX are multiplied",
    ),
    Convention(
        "word", ("name",), "ab + ac",
        "letters written together in plain text are one name",
    ),
    Convention(
        "reduced-axis", ("rows", "columns"), r"\mathrm{mean}(A)",
        "the mean, the variance or the argmax of a matrix is that of each row",
        (("A", "n m"),),
    ),
    Convention(
        "bars", ("elementwise", "norm", "length"), "x + |x|",
        "bars round a vector are the absolute value of each entry where its place, or a sum below "
        "a vector, needs an array; its norm where it is bold or squared",
        (("x", "n"),),
    ),
    Convention(
        "determinant", ("determinant", "elementwise"), r"\log |A|",
        "bars round a matrix are its determinant, where that could stand there",
    ),
    Convention(
        "matrix-length", ("frobenius", "spectral"), r"\|A\|",
        "the norm of a matrix with nothing below is the Frobenius norm",
    ),
    Convention(
        "matrix-norm", ("induced", "entries"), r"\|W\|_1",
        "norms of matrices with 1 or infinity below are the induced ones",
    ),
    Convention(
        "metric", ("as-written", "inverse"), r"\|x\|_M",
        "a norm with a matrix below is the root of a quadratic form with it",
    ),
    Convention(
        "number-norm", ("absolute",), r"\|\sum_i x_i\|",
        "the norm of what a declaration says is a number is its absolute value",
        (("x", "n"),),
    ),
    Convention(
        "whole-set", ("whole",), r"\sum_{i \in S} x_i",
        "a set of indices that nothing declares is all that its index runs over",
    ),
    Convention(
        "signed-size", ("elementwise", "product"), r"\mathrm{sign}(W) \max(|W| - \tau, 0)",
        "the sign of an array beside its size goes element by element", (("W", "n n"),),
    ),
    Convention(
        "beside-vector", ("elementwise", "inner"), r"\gamma \cdot x + \beta",
        "a product of two vectors, or a sum of such, in a sum with a vector goes element by "
        "element",
        (("gamma", "n"), ("x", "n"), ("beta", "n")),
    ),
    Convention(
        "ones", ("ones",), r"\mathbf{1}_k^\top x",
        "a 1 with a letter below is a vector of so many ones",
    ),
    Convention(
        "printed-size", ("whole", "part"), r"\sum_{k=0}^{K} a_k",
        "a range that ends at a letter takes the whole of a declared axis, where that says "
        "what the letter is",
        (("a", "M"),),
    ),
    Convention(
        "operator-scope", ("outside", "inside"), r"\prod_i x_i / n",
        "what a sign or another operator sets apart, and holds no index of the product or extreme "
        "before it, stands outside",
    ),
    Convention(
        "order-statistic", ("ascending", "element"), r"\sum_{i=1}^{n} a_i x_{(i)}",
        "a bracketed index below takes the values in ascending order",
    ),
    Convention(
        "labels-from-zero", ("0", "1"), r"\sum_i W_{i, y_i}",
        "an integer array used as an index counts from 0", (("W", "n m"), ("y", "n")),
    ),
    Convention(
        "positions", ("0", "1"), r"k = \arg\max_i x_i",
        "the position that argmax and argmin find counts from 0, as positions do in Python",
        (("x", "n"),),
    ),
    Convention(
        "compared-labels", ("printed", "0"), r"\sum_{k=1}^K \mathbb{1}[y = k] \log p_k",
        "a whole number that is compared with an index, and addresses nothing, is one of the "
        "values that the index's range prints", (("y", ": int"), ("p", "K")),
    ),
    Convention(
        "bound", ("fact", "indicator"), r"y = x^2 \ge 0",
        "a bound behind a definition that its value cannot break says what always holds; so does "
        "an interval, and a bound of a ratio or of functions summed up",
    ),
    Convention(
        "shared", ("shared",), r"L_i = -f_{y_i} + \log \sum_j e^{f_j}",
        "an array without the index of the left side is the same for every one of them",
    ),
    Convention(
        "no-branch", ("nan", "zero"), r"\begin{cases} x & x > 0 \\ -x & x < -1 \end{cases}",
        "where no branch holds there is no value",
    ),
    Convention(
        "spaced-slash", ("group", "factor"), r"\alpha / bc", "spaces round a slash group "
            "what follows",
    ),
    Convention(
        "prime", ("transpose",), r"\mathbf{x}' A \mathbf{x}",
        "the prime of a capital letter transposes it, and so does that of a vector beside itself, "
        "or of a bold one before a factor",
    ),
    Convention(
        "dagger", ("conjugate-transpose", "pseudoinverse"), r"A^\dagger y",
        "a dagger is the conjugate transpose",
    ),
    Convention(
        "entrywise", ("elementwise", "matrix"), r"\exp(A)",
        "a function of numbers works element by element on a square matrix",
        (("A", "n n"),),
    ),
    Convention(
        "variance", ("n", "n-1"), r"\mathrm{std}(x)",
        "a variance divides by how many elements there are",
    ),
    Convention(
        "ties", ("even", "up"), r"\lfloor x \rceil",
        "what lies halfway between two whole numbers is rounded to the even one",
    ),
    Convention(
        "sinc", ("normalised", "unnormalised"), r"\mathrm{sinc}(x)",
        "sinc is the sine of πx over πx, as in signal processing",
    ),
    Convention(
        "bare-function", ("product", "factor"), r"\sin x y",
        "a function without brackets takes all the factors that follow it",
    ),
    Convention(
        "factor", ("product",), "a (x - y)",
        "a symbol before a bracket that holds a sum or difference multiplies it",
    ),
    Convention(
        "grouped", ("product",), "A (B C)",
        "a bracket round a product of matrices groups it",
    ),
    Convention(
        "bracketed-divisor", ("factor", "divisor"), r"1 / (2 \sigma) e^{-x}",
        "an exponential behind a bracket that divides multiplies the quotient",
    ),
    Convention(
        "half", ("factor", "divisor"), "1/2 x",
        "what follows a number over a number multiplies the quotient",
    ),
    Convention(
        "zero-log", ("zero", "arithmetic"), r"\sum_i p_i \log p_i",
        "a weight of 0 before the logarithm of 0 gives 0, as in entropies",
    ),
    Convention(
        "split", ("last", "first"), r"[Q; K] = X W, Y = Q K^T",
        "an array is split into equal parts along its "
        "last axis", (("X", "n d"), ("W", "d e")),
    ),
)  # fmt: skip

AXES = "nmdkpqrsuvwhgabc"
BLANK = re.compile(r"\?(\w+)|\b_\b")

BY_NAME: Mapping[str, Convention] = {row.name: row for row in TABLE}


@dataclass(slots=True)
class Ledger:
    """Every choice that one translation took, told once each, in the order they were met.

    `names` are those that the source uses: no new size is called so.
    """

    prefer: Mapping[str, str]
    taken: dict[tuple[str, str], Assumption] = field(default_factory=dict)
    lasting: set[tuple[str, str]] = field(default_factory=set)
    names: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, reading in self.prefer.items():
            row = BY_NAME.get(name)
            if row is None or row.by != "prefer":
                known = [row.name for row in TABLE if row.by == "prefer"]
                raise OptionError(
                    f"prefer: no convention is called {name!r}",
                    hints=(*close(name, known), f"known are {', '.join(known)}"),
                )
            if reading not in row.readings:
                raise OptionError(
                    f"prefer: {name} cannot be {reading!r}",
                    hints=(
                        *close(reading, row.readings),
                        f"it is one of {', '.join(row.readings)}",
                    ),
                )

    def choose(self, name: str) -> str:
        """The reading of a convention: the user's, or the habit."""
        return self.prefer.get(name, BY_NAME[name].readings[0])

    def assume(
        self,
        name: str,
        text: str,
        *,
        instead: str = "",
        reading: str = "",
        other: str = "",
        shapes: Mapping[str, str] | None = None,
        lasts: bool = False,
        span: Span = NOWHERE,
    ) -> str:
        """Record that convention `name` decided something; the reading chosen.

        `reading` is what was read here, where that is not the habit; `other` is one that `prefer=`
        could choose, by default the first that was not read; `shapes` are the declarations that
        would say otherwise, where `prefer=` is not the way: in them `_` is an axis that the array
        was found to have, `?n` a new one, called n where no other is. What `lasts` has settled
        sizes, so that it is not asked about again.
        """
        if name in self.prefer:
            return self.prefer[name]
        readings = BY_NAME[name].readings
        chosen = reading or readings[0]
        given = shapes or {name: other or next(one for one in readings if one != chosen)}
        argument = (("shapes" if shapes else "prefer", tuple(given.items())),)
        self.taken.setdefault((name, text), Assumption(name, text, instead, argument, span))
        if lasts:
            self.lasting.add((name, text))
        return chosen

    def again(self, told: Mapping[tuple[str, str], Assumption]) -> None:
        """Keep what was told before, and what lasts: the rest may be known by now, or is told
        again."""
        lasting = {key: one for key, one in self.taken.items() if key in self.lasting}
        self.taken = {**told, **lasting}

    def told(self, axes: Callable[[], Mapping[str, Shape]]) -> tuple[Assumption, ...]:
        """Every choice, its declarations written out; `axes` gives those that arrays were found to
        have."""
        every = tuple(self.taken.values())
        texts = [text for one in every for _, pairs in one.argument for _, text in pairs]
        if not any(map(BLANK.search, texts)):  # no declaration leaves the names of axes open
            return every
        own = axes()
        used = self.names | {x for shape in own.values() for dim in shape for x in dim.letters}
        return tuple(
            replace(
                one,
                argument=tuple(
                    (keyword, _written(pairs, own, used)) for keyword, pairs in one.argument
                ),
            )
            for one in every
        )


def _written(pairs: Pairs, own: Mapping[str, Shape], used: frozenset[str]) -> Pairs:
    """Declarations with an axis of the array in place of each `_`, a free letter of each `?x`."""
    chosen: dict[str, str] = {}

    def free(wish: str) -> str:
        if wish not in chosen:
            spare = (x for x in (wish, *AXES) if x not in used and x not in chosen.values())
            chosen[wish] = next(spare, wish)
        return chosen[wish]

    def written(text: str, shape: Shape) -> str:
        found = declaration(shape).split()
        axes = iter(["" if dim.startswith("-") else dim for dim in found])  # none to write
        return BLANK.sub(lambda m: free(m[1]) if m[1] else next(axes, "") or free("n"), text)

    wanted = [(name, (text, own.get(name, ()))) for name, text in pairs]
    made = {blank: written(*blank) for blank in dict.fromkeys(blank for _, blank in wanted)}
    return tuple([(name, made[blank]) for name, blank in wanted])
