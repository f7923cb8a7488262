"""How is a frozen dataclass made cheaply? Its methods are compiled when they are first needed.

Python writes, compiles and runs the text of half a dozen methods for each frozen dataclass, at
every start; with a hundred node classes that takes longer than translating a formula. A `record` is
a dataclass in all that users of it see (`fields`, `replace`, `match`, equality, hash, pickles), and
refuses assignment; its `__init__`, `__eq__` and `__hash__` are compiled at their first call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, Generic, NoReturn, TypeVar, dataclass_transform, overload

Made = TypeVar("Made")
Value = TypeVar("Value")

_set = object.__setattr__


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Made]) -> type[Made]:
    """A frozen dataclass with slots; its class may say itself what its hash is."""
    made = _frozen(dataclass(init=False, repr=False, eq=False, slots=True)(cls))
    _later(made, "__init__", _init_slots)
    _later(made, "__eq__", _eq)
    if "__hash__" not in vars(cls):
        _later(made, "__hash__", _hash)
    return made


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def node(cls: type[Made]) -> type[Made]:
    """A frozen dataclass without slots, whose class says itself what equality is."""
    made = _frozen(dataclass(init=False, repr=False, eq=False)(cls))
    _later(made, "__init__", _init_node)
    return made


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable(cls: type[Made]) -> type[Made]:
    """A dataclass with slots that may be assigned to, and equals itself alone."""
    made = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    made.__repr__ = _repr  # type: ignore[method-assign]
    _later(made, "__init__", _init_mutable)
    return made


class lazy(Generic[Value]):
    """A property that is computed when it is first asked for, and an attribute from then on.

    It is `functools.cached_property` without its lock, which costs more than most such values do:
    threads that ask at once may each compute the value, so it must be the same each time.
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> lazy[Value]: ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> Value: ...

    def __get__(self, instance: object | None, owner: type[Any]) -> lazy[Value] | Value:
        if instance is None:
            return self
        value = self._compute(instance)
        instance.__dict__[self._name] = value
        return value


def _frozen(cls: type[Made]) -> type[Made]:
    for name, method in _SHARED.items():
        setattr(cls, name, cls.__dict__.get(name, method))
    return cls


def _later(cls: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put a method in place that compiles the real one, and gives way to it."""

    def first(self: Any, *args: Any, **kwargs: Any) -> Any:
        method = make(cls)
        setattr(cls, name, method)
        return method(self, *args, **kwargs)

    setattr(cls, name, first)


def _fields(cls: Any) -> list[Field[Any]]:
    return list(fields(cls))


def _init_slots(cls: Any) -> Any:
    """A slot is filled by its descriptor, which no refusal of assignment stands in front of."""
    stores = {f"_set_{f.name}": getattr(cls, f.name).__set__ for f in _fields(cls)}
    return _init(cls, "_set_{0}(self, {0})", stores)


def _init_node(cls: Any) -> Any:
    return _init(cls, "_values[{0!r}] = {0}", {}, first="    _values = self.__dict__")


def _init_mutable(cls: Any) -> Any:
    return _init(cls, "self.{0} = {0}", {})


def _init(cls: Any, store: str, names: dict[str, Any], *, first: str = "") -> Any:
    """An `__init__` that stores each field by `store`, a line of code over the field's name."""
    placed: list[str] = []
    named: list[str] = []
    body: list[str] = [first] if first else []
    for item in _fields(cls):
        value = item.name
        if item.default is not MISSING:
            names[f"_{item.name}"] = item.default
            value = f"{item.name}=_{item.name}"
        elif item.default_factory is not MISSING:
            names[f"_{item.name}"] = item.default_factory
            value = f"{item.name}=_{item.name}"
            body.append(f"    if {item.name} is _{item.name}: {item.name} = _{item.name}()")
        (named if item.kw_only else placed).append(value)
        body.append(f"    {store.format(item.name)}")
    if hasattr(cls, "__post_init__"):
        body.append("    self.__post_init__()")
    arguments = ", ".join(["self", *placed, *(["*", *named] if named else [])])
    return _compiled("__init__", arguments, body or ["    pass"], names)


def _eq(cls: Any) -> Any:
    pairs = [f"self.{f.name} == other.{f.name}" for f in _fields(cls) if f.compare]
    body = [
        "    if other.__class__ is not self.__class__: return NotImplemented",
        f"    return self is other or ({' and '.join(pairs) or 'True'})",
    ]
    return _compiled("__eq__", "self, other", body, {})


def _hash(cls: Any) -> Any:
    values = "".join(f"self.{f.name}, " for f in _fields(cls) if f.compare)
    return _compiled("__hash__", "self", [f"    return hash(({values}))"], {})


def _compiled(name: str, arguments: str, body: list[str], names: dict[str, Any]) -> Any:
    exec("\n".join([f"def {name}({arguments}):", *body]), names)
    return names[name]


def _refuse(self: Any, name: str, *value: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _repr(self: Any) -> str:
    inside = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in _fields(self))
    return f"{type(self).__qualname__}({inside})"


def _reduce(self: Any) -> tuple[Any, ...]:
    return _remade, (type(self), *(getattr(self, f.name) for f in _fields(self)))


def _remade(cls: Any, *values: Any) -> Any:
    made = cls.__new__(cls)
    for item, value in zip(_fields(cls), values, strict=True):
        _set(made, item.name, value)
    return made


_SHARED: dict[str, Any] = {
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__repr__": _repr,
    "__reduce__": _reduce,
}
