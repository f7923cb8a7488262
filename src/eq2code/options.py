"""What did the caller ask for? The arguments of `translate`, checked before any stage sees them.

A wrong type is a `TypeError`, as in Python. A name that could never be a symbol's, or anything else
that cannot be, is an `OptionError` that says what could be written.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eq2code import limits
from eq2code.emit.arguments import ARRAYS
from eq2code.errors import OptionError
from eq2code.lower.names import HIDDEN
from eq2code.read.declare import close, spaced
from eq2code.record import record

NOTATIONS = ("latex", "text")

Pairs = tuple[tuple[str, str], ...]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SHAPE = re.compile(r"[A-Za-z0-9_+\-*/^,():>. ]*")


@record
class Options:
    """The checked arguments; every field is hashable and pickles."""

    backend: str = "numpy"
    name: str | None = None
    shapes: Pairs = ()
    outputs: tuple[str, ...] = ()
    prefer: Pairs = ()
    notation: str | None = None
    strict: bool = False
    over: str | None = None

    @staticmethod
    def check(
        source: object,
        *,
        backend: object,
        name: object,
        shapes: object,
        outputs: object,
        prefer: object,
        notation: object,
        strict: object,
        over: object,
    ) -> Options:
        """The options, or the error that says which argument cannot be, and why."""
        _check_source(source)
        return Options(
            backend=_one_of("backend", _text("backend", backend), tuple(ARRAYS)),
            name=None if name is None else _function("name", _text("name", name)),
            shapes=_shapes(shapes),
            outputs=_outputs(outputs),
            prefer=_pairs("prefer", prefer),
            notation=None
            if notation is None
            else _one_of("notation", _text("notation", notation), NOTATIONS),
            strict=_flag("strict", strict),
            over=None if over is None else _name("over", _text("over", over)),
        )

    @property
    def functions(self) -> frozenset[str]:
        """The names that are declared as functions."""
        return frozenset(name for name, shape in self.shapes if "->" in shape)

    @property
    def words(self) -> frozenset[str]:
        """The names that are declared: each is one name in plain text, whatever its letters."""
        return frozenset(name for name, _ in self.shapes) | frozenset(self.outputs)

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of `translate` that give these options."""
        return {
            "backend": self.backend,
            "name": self.name,
            "shapes": dict(self.shapes),
            "outputs": self.outputs,
            "prefer": dict(self.prefer),
            "notation": self.notation,
            "strict": self.strict,
            "over": self.over,
        }


def _check_source(source: object) -> None:
    if not isinstance(source, str):
        raise TypeError(f"source must be a str, not {type(source).__name__}")


def _text(argument: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a str, not {type(value).__name__}")
    return value


def _flag(argument: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{argument} must be a bool, not {type(value).__name__}")
    return value


def _one_of(argument: str, value: str, known: Sequence[str]) -> str:
    if value in known:
        return value
    raise OptionError(
        f"{argument}={_cut(value)} is not known",
        hints=(*close(value, known), f"one of: {', '.join(known)}"),
    )


def _name(argument: str, value: str) -> str:
    """A name that a symbol of some source could have in Python."""
    where = f"{argument}: {_cut(value)} is no name that eq2code gives"
    if not _NAME.fullmatch(value):
        raise OptionError(
            where, hints=("letters, digits and _ of ASCII, a letter first: beta_1, W_Q, m_hat",)
        )
    if len(value) > limits.DEFAULT.name:
        raise OptionError(where, hints=(f"at most {limits.DEFAULT.name} characters",))
    if keyword.iskeyword(value):
        raise OptionError(f"{where}: it is a word of Python", hints=(f"write {value}_",))
    return value


def _function(argument: str, value: str) -> str:
    """The name of the function that is emitted, beside the modules that its code uses."""
    if _name(argument, value) in HIDDEN:
        raise OptionError(
            f"{argument}: {value} is a module that the code may use", hints=(f"write {value}_",)
        )
    return value


def _pairs(argument: str, value: object) -> Pairs:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise TypeError(f"{argument} must be a mapping of str to str, not {type(value).__name__}")
    for key, item in value.items():
        _text(f"a key of {argument}", key)
        _text(f"{argument}[{key!r}]", item)
    return tuple(value.items())


def _shapes(value: object) -> Pairs:
    pairs = _pairs("shapes", value)
    for name, shape in pairs:
        _name("shapes", name)
        if not _is_shape(shape):
            raise OptionError(
                f"shapes[{name!r}]: {_cut(shape)} is no shape",
                hints=(
                    *spaced(shape),
                    'dimensions separated by spaces, "" for a number: {"Q": "n d_k", "lr": ""}',
                ),
            )
    return pairs


def _is_shape(text: str) -> bool:
    """Whether the text can be one: its characters, and how long it and its words are."""
    most = limits.DEFAULT.name
    if len(text) > most * most or not _SHAPE.fullmatch(text):
        return False
    words = re.findall(r"\w+", text)
    return len(words) <= most and all(len(word) <= most for word in words)


def _outputs(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"outputs must be a sequence of names, not {type(value).__name__}")
    names = tuple(_name("outputs", _text("a name of outputs", item)) for item in value)
    if len(set(names)) != len(names):
        raise OptionError(
            f"outputs: {', '.join(names)} names one result twice", hints=("name each result once",)
        )
    return names


def _cut(value: str) -> str:
    return repr(value if len(value) <= limits.DEFAULT.name else value[: limits.DEFAULT.name] + "…")
