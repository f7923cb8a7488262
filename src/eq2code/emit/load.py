"""How does code become a function? Inspected, compiled, and known to tracebacks."""

from __future__ import annotations

import builtins
import linecache
from collections import namedtuple
from collections.abc import Callable
from functools import lru_cache, partialmethod
from typing import Any
from weakref import WeakValueDictionary, finalize

from eq2code.emit.gate import inspect
from eq2code.errors import FAULT, EmissionError


def load(code_text: str, name: str) -> Callable[..., Any]:
    """The function `name` of emitted code. EmissionError where it holds what we do not write."""
    known = _LOADED.get((code_text, name))
    if known is not None:
        return known
    from hashlib import sha256  # not at the top: printing code needs none, and is a cold start

    tree = inspect(code_text)
    digest = sha256(code_text.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    place = f"<eq2code {name} {digest}>"
    names: dict[str, Any] = {"__builtins__": _BUILTINS, "__name__": f"eq2code.emitted.{name}"}
    exec(compile(tree, place, "exec"), names)  # inspected above
    for title in [title for title, made in names.items() if isinstance(made, type)]:
        _RESULTS[digest, title] = names[title]
        names[title].__reduce__ = partialmethod(_reduced, digest)
    # No time stamp: linecache then keeps the lines for tracebacks and inspect.getsource.
    linecache.cache[place] = (len(code_text), None, code_text.splitlines(keepends=True), place)
    function = names.get(name)
    if not callable(function):
        raise EmissionError(f"the code defines no function {name}", hints=(FAULT,))
    found: Callable[..., Any] = function
    finalize(found, linecache.cache.pop, place, None).atexit = False
    return _LOADED.setdefault((code_text, name), found)


_LOADED: WeakValueDictionary[tuple[str, str], Callable[..., Any]] = WeakValueDictionary()
"""The functions that are in use; what nobody holds is forgotten, and so are its lines."""


_RESULTS: WeakValueDictionary[tuple[str, str], Any] = WeakValueDictionary()
"""The classes of results of the functions that are in use, by their code's digest."""


def _reduced(results: Any, digest: str) -> tuple[Any, ...]:
    """How results travel: no module of emitted code can be imported on the other side."""
    return _remade, (digest, type(results).__name__, results._fields, tuple(results))


def _remade(digest: str, title: str, fields: tuple[str, ...], values: tuple[Any, ...]) -> Any:
    """The results again: of the same class where it is in use, of one that is like it elsewhere."""
    made = _RESULTS.get((digest, title)) or _like(title, fields)
    return made(*values)


@lru_cache(maxsize=64)
def _like(title: str, fields: tuple[str, ...]) -> Any:
    return namedtuple(title, fields)


_BUILTINS: dict[str, Any] = {
    # NumPy's compiled code imports through the caller's builtins: this one cannot be narrower. The
    # gate lets import statements through by their exact text, and no name with two underscores.
    "__import__": builtins.__import__,
    "__build_class__": builtins.__build_class__,
    "abs": abs,
    "bool": bool,
    "enumerate": enumerate,
    "len": len,
    "max": max,
    "min": min,
    "range": range,
    "reversed": reversed,
    "zip": zip,
}
