"""What do we read where the notation leaves a choice? One table of habits, and the record of their use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eq2code.errors import OptionError
from eq2code.source import NOWHERE, Span
from eq2code.trees.assumption import Assumption


@dataclass(frozen=True, slots=True)
class Convention:
    """A row of the table.

    Attributes:
        name: what `prefer=` calls it.
        readings: the readings it chooses from; the first is the habit.
        example: notation that needs it.
        counter: notation, or a declaration, that says otherwise.
        reason: why the habit is what it is.
        by: "prefer" where `prefer={name: reading}` chooses, "shapes" where a declaration does.
    """

    name: str
    readings: tuple[str, ...]
    example: str
    counter: str
    reason: str
    by: str = "prefer"


TABLE: tuple[Convention, ...] = (
    Convention(
        "capital", ("matrix", "elementwise"), "A B", 'shapes={"A": ""}',
        "a capital letter is a matrix", "shapes",
    ),
    Convention(
        "bold", ("vector",), r"\mathbf{x}", r'shapes={"x": "n d"}',
        "a bold lower-case letter is a vector", "shapes",
    ),
    Convention(
        "beside-matrix", ("vector",), "W x", 'shapes={"x": "n d"}',
        "a lower-case Latin letter beside a matrix is a vector", "shapes",
    ),
    Convention(
        "transposed", ("vector",), "w^T x", 'shapes={"w": "n m"}',
        "a lower-case letter that is transposed is a vector", "shapes",
    ),
    Convention(
        "operand", ("vector",), "softmax(x)", 'shapes={"x": "n d"}',
        "what a function of a vector is applied to is a vector", "shapes",
    ),
    Convention(
        "same-shape", ("same",), "W x + b", 'shapes={"b": ""}',
        "a Latin letter added to an array is an array of its kind", "shapes",
    ),
    Convention(
        "indexed", ("element",), r"\sum_i x_i", 'shapes={"x": "n d"}',
        "an index addresses one element for each axis", "shapes",
    ),
    Convention(
        "elementwise", ("elementwise",), r"m = \beta m + g", 'shapes={"m": "n"}',
        "a symbol of which nothing is said may have any shape", "shapes",
    ),
    Convention(
        "step", ("previous",), "m_{t-1}", 'shapes={"m": "T"}',
        "a letter that occurs with a step is a counter, not an index", "shapes",
    ),
    Convention(
        "last-dimension", ("size",), r"\sqrt{d_k}", 'shapes={"d_k": ""}',
        "d with a matrix's letter below is that matrix's last dimension", "shapes",
    ),
    Convention(
        "range-size", ("size",), r"\sum_{i=1}^{N} x_i", 'shapes={"N": ""}',
        "the end of a range over an array's axis is the size of that axis", "shapes",
    ),
    Convention(
        "softmax-axis", ("last", "first"), "softmax(X)", "prefer",
        "rows that sum to one are the convention",
    ),
    Convention(
        "sigma", ("sigmoid",), r"\sigma(x)", r'shapes={"sigma": "() -> ()"}',
        "an applied sigma is the logistic sigmoid", "shapes",
    ),
    Convention(
        "pi", ("constant",), r"2 \pi", 'shapes={"pi": ""}',
        "pi is 3.14159…", "shapes",
    ),
    Convention(
        "euler", ("constant",), "e^{x}", 'shapes={"e": ""}',
        "e under a power is Euler's number", "shapes",
    ),
    Convention(
        "imaginary",
        ("unit",),
        r"e^{-2 \\pi i k / N}",
        'shapes={"i": ""}',
        "an unbound i or j in an exponent beside pi or omega is the imaginary unit",
        "shapes",
    ),
    Convention(
        "identity", ("identity",), "A + I", 'shapes={"I": "n n"}',
        "I beside a square matrix is the identity", "shapes",
    ),
    Convention(
        "power", ("elementwise", "matrix"), "x^2", "prefer",
        "a power of anything not known to be square is taken element by element",
    ),
    Convention(
        "superscript", ("power",), r"\beta_1^t", 'shapes={"beta_1_t": ""}',
        "a letter above that is no index is an exponent", "shapes",
    ),
    Convention(
        "concatenation-axis", ("last", "first"), "[A; B]", "prefer",
        "matrices that fit along both axes are joined along the last",
    ),
    Convention(
        "bias-axis", ("last", "first"), "X W + b", "prefer",
        "a vector added to a matrix is added to each of its rows",
    ),
    Convention(
        "index-base", ("0", "1"), r"\sum_k k x_k", r"\sum_{k=1}^{K} k x_k",
        "an index without a printed range counts from 0",
    ),
    Convention(
        "labels-from-zero", ("0",), "W_{y_i}", "x - 1 passed instead",
        "an integer array used as an index counts from 0", "shapes",
    ),
    Convention(
        "no-branch", ("nan",), r"\begin{cases} x & x > 0 \end{cases}", "an otherwise branch",
        "where no branch holds there is no value", "shapes",
    ),
    Convention(
        "variance", ("n", "n-1"), r"\mathrm{Var}(x)", "prefer",
        "the variance of an array divides by its size",
    ),
    Convention(
        "xlogy", ("zero", "nan"), r"p \log p", "prefer",
        "a zero in front of a logarithm counts as zero",
    ),
    Convention(
        "spaced-slash", ("group",), "a / b c", "a/(bc)",
        "spaces round a slash group what follows",
    ),
    Convention(
        "log-base", ("natural",), r"\log x", r"\log_2 x",
        "log without a base is natural", "shapes",
    ),
    Convention(
        "split",
        ("last",),
        "[Q_1; Q_2] = X W",
        'shapes={"Q_1": "n d", "Q_2": "n d"}',
        "an array is split into equal parts along its last axis",
        "shapes",
    ),
    Convention(
        "label", ("name",), "x_t", 'shapes={"x": "T"}',
        "a letter below that nothing binds is part of the name", "shapes",
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Convention] = {row.name: row for row in TABLE}


@dataclass(slots=True)
class Ledger:
    """Every choice that one translation took, told once each, in the order they were met."""

    prefer: Mapping[str, str]
    taken: dict[tuple[str, str], Assumption] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, reading in self.prefer.items():
            row = BY_NAME.get(name)
            if row is None or row.by != "prefer":
                known = ", ".join(row.name for row in TABLE if row.by == "prefer")
                raise OptionError(
                    f"prefer: no convention is called {name!r}", hints=(f"known are {known}",)
                )
            if reading not in row.readings:
                raise OptionError(
                    f"prefer: {name} cannot be {reading!r}",
                    hints=(f"it is one of {', '.join(row.readings)}",),
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
        shapes: Mapping[str, str] | None = None,
        span: Span = NOWHERE,
    ) -> str:
        """Record that convention `name` decided something; the reading chosen.

        `shapes` are the declarations that would say otherwise, where `prefer=` is not the way.
        """
        row = BY_NAME[name]
        chosen = self.choose(name)
        if name in self.prefer:
            return chosen
        argument: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
        if shapes:
            argument = (("shapes", tuple(shapes.items())),)
        elif row.by == "prefer" and len(row.readings) > 1:
            other = next(reading for reading in row.readings if reading != chosen)
            argument = (("prefer", ((name, other),)),)
            instead = instead or other
        self.taken.setdefault((name, text), Assumption(name, text, instead, argument, span))
        return chosen
