"""What does eq2code know of one function? An entry: everything that any stage asks of it."""

from __future__ import annotations

from typing import NamedTuple

Lines = str | tuple[str, ...]


class Entry(NamedTuple):
    r"""One function of the library.

    A named tuple, since the library is loaded by every command and a dataclass takes longer.

    Attributes:
        name: the canonical name, also what `Call.function` holds.
        spellings: every way a source writes it besides `name`, case as written ("SoftMax", "tr").
        signature: core shapes, as NumPy's generalised functions write them: "() -> ()" works
            element by element on any shape; "(n) -> (n)" on the last axis; "(n,n) -> ()";
            "(n),(n) -> ()"; "(n,m) -> (n*m)". Axes in front are looped over. "()... -> ()" takes
            any number of arguments, elementwise. "*" marks a rule that `shapes.py` beside this
            file holds by name.
        meaning: the definition in eq2code's own notation, of parameters `arguments`, for example
            "softmax(x)_i = \\exp(x_i) / \\sum_j \\exp(x_j)"; "" where the function is primitive.
        domain: for each argument what may be passed (the last one repeats): "real", "positive",
            "nonnegative", "unit" (0 to 1), "open-unit", "symmetric-unit" (-1 to 1),
            "open-symmetric-unit", "probability" (sums to one), "spd", "symmetric", "invertible",
            "positive-det", "integer", "natural" (0, 1, 2, …), "boolean", "nonzero", "at-least-one",
            "complex".
        numpy, torch: how the target spells it: an expression with `{0}`, `{1}` … for the arguments
            and `{name}` for options; or several lines, the last the value, the earlier
            `{temporary} = …`. `{*}` stands for all arguments, separated by commas. A placeholder
            stands for a whole operand: what replaces it needs brackets as its place in the
            expression asks, and a name where it is used twice. A "()... -> ()" template combines
            two; more are folded from the left. An entry without arguments has `{0}`, `{1}` … for
            the sizes of its result, `{dtype}` (and `{device}`).
        needs: modules that the NumPy spelling imports beyond numpy ("scipy.special").
        scalar: the spelling for plain Python numbers ("math.sqrt({0})"), "" where there is none.
        imaginary: the spelling for plain complex numbers, "" where there is none.
        growth: where `scalar` outgrows floats, the logarithm of its value, so that what is too
            large is refused before it is computed.
        trusted: a function elsewhere that agrees with it, dotted ("scipy.special.softmax"), for the
            tests, which define by hand what no package has; `trusted_options` its keyword arguments
            ("axis=-1").
        derivative: for "() -> ()" functions, the derivative by each argument in eq2code's notation
            of `x` (and `y`, …), separated by ";"; "" where there is none.
        sentence: what it does, for a learner, one sentence.
        options: names that `Call.options` must give.
    """

    name: str
    signature: str
    sentence: str
    spellings: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ("x",)
    meaning: str = ""
    domain: tuple[str, ...] = ("real",)
    numpy: Lines = ""
    torch: Lines = ""
    needs: tuple[str, ...] = ()
    trusted: str = ""
    trusted_options: str = ""
    derivative: str = ""
    options: tuple[str, ...] = ()
    scalar: str = ""
    growth: str = ""
    imaginary: str = ""
