"""How does code become a function? Inspected, compiled, and known to tracebacks."""

from __future__ import annotations

import builtins
import linecache
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary, finalize

from eq2code.emit.gate import inspect
from eq2code.errors import EmissionError


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
    # No time stamp: linecache then keeps the lines for tracebacks and inspect.getsource.
    linecache.cache[place] = (len(code_text), None, code_text.splitlines(keepends=True), place)
    function = names.get(name)
    if not callable(function):
        raise EmissionError(f"the code defines no function {name}")
    found: Callable[..., Any] = function
    finalize(found, linecache.cache.pop, place, None).atexit = False
    return _LOADED.setdefault((code_text, name), found)


_LOADED: WeakValueDictionary[tuple[str, str], Callable[..., Any]] = WeakValueDictionary()
"""The functions that are in use; what nobody holds is forgotten, and so are its lines."""


_BUILTINS: dict[str, Any] = {
    # NumPy's compiled code imports through the caller's builtins: this one cannot be narrower. The
    # gate lets import statements through by their exact text, and no name with two underscores.
    "__import__": builtins.__import__,
    "__build_class__": builtins.__build_class__,
    "abs": abs,
    "bool": bool,
    "enumerate": enumerate,
    "max": max,
    "min": min,
    "range": range,
    "reversed": reversed,
    "zip": zip,
}
