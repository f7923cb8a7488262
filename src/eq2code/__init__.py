"""From mathematical notation to running array code.

>>> import eq2code
>>> attention = eq2code.translate("softmax(QK^T/sqrt(d_k))V")
>>> attention.parameters
('Q', 'K', 'V')
"""

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
