"""From mathematical notation to running array code.

>>> import eq2code
>>> attention = eq2code.translate("softmax(QK^T/sqrt(d_k))V")
>>> attention.parameters
('Q', 'K', 'V')
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eq2code.api import translate
    from eq2code.errors import (
        AmbiguousError,
        AssumptionError,
        DefinitionError,
        DomainError,
        EmissionError,
        Eq2CodeError,
        MacroLimitError,
        OptionError,
        ParseError,
        ShapeError,
        TooDeepError,
        TooLargeError,
        UndefinedError,
        UnsupportedError,
    )
    from eq2code.translation import Translation
    from eq2code.trees.assumption import Assumption

__version__ = "0.1.0"

__all__ = [
    "AmbiguousError",
    "Assumption",
    "AssumptionError",
    "DefinitionError",
    "DomainError",
    "EmissionError",
    "Eq2CodeError",
    "MacroLimitError",
    "OptionError",
    "ParseError",
    "ShapeError",
    "TooDeepError",
    "TooLargeError",
    "Translation",
    "UndefinedError",
    "UnsupportedError",
    "translate",
]

_HOMES = {
    "translate": "eq2code.api",
    "Translation": "eq2code.translation",
    "Assumption": "eq2code.trees.assumption",
}


def __getattr__(name: str) -> Any:
    """Public names are loaded when first used: an error's class needs no parser."""
    if name not in __all__:
        raise AttributeError(f"module 'eq2code' has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "eq2code.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
