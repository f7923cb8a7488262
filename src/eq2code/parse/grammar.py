"""Where do the parser's tables come from? Grammars, compiled by lark once and kept as data.

Lark reads the grammars and computes the LALR tables; that takes a tenth of a second, so that the
result is kept as JSON, together with the grammars that it belongs to. It is looked for beside the
grammars (the wheel ships it), then in a folder of the user's own that no one else can write, and
made anew otherwise. Nothing is ever unpickled. `make tables` writes the file that is shipped.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

NOTATIONS = ("latex", "text")
SHIPPED = "tables.json"
_FORMAT = "1"


class Rule(NamedTuple):
    """One production: how many values it takes, what it makes, and the action's name ("" hands
    on).
    """

    size: int
    origin: str
    action: str


class Tables(NamedTuple):
    """An LALR automaton. In `actions`, n >= 0 shifts to state n, and ~n reduces by rule n."""

    actions: tuple[Mapping[str, int], ...]
    gotos: tuple[Mapping[str, int], ...]
    rules: tuple[Rule, ...]
    start: int


@cache
def tables(notation: str) -> Tables:
    """The tables of a notation, "latex" or "text"."""
    data = _stored()
    return _decode(data[notation])


@lru_cache(maxsize=1)
def _stored() -> dict[str, Any]:
    key = _key()
    shipped = os.path.join(grammars(), SHIPPED)
    found = _load(shipped, key)
    if found is not None:
        return found
    path = _cached(key)
    found = _load(path, key) if path else None
    if found is None:
        found = compile_grammars()
        if path:
            _store(path, text_of(key, found))
    return found


@lru_cache(maxsize=1)
def grammars() -> str:
    """The folder of the grammars: inside the installed package, or at the top of the checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "grammars")
    if os.path.isdir(inside):
        return inside
    return os.path.join(os.path.dirname(os.path.dirname(package)), "grammars")


def source(notation: str) -> str:
    """The grammar of a notation: what both share, then its own part."""
    parts = []
    for name in ("expr", notation):
        with open(os.path.join(grammars(), f"{name}.lark"), encoding="utf-8") as file:
            parts.append(file.read())
    return "\n".join(parts)


def _key() -> str:
    """What tables belong to: the format, and the grammars word for word."""
    return "\0".join([_FORMAT, *(source(notation) for notation in NOTATIONS)])


# --- compiling -----------------------------------------------------------------------------------


def compile_grammars() -> dict[str, Any]:
    """The tables of every notation, as plain data, made by lark."""
    return {notation: _compile(source(notation)) for notation in NOTATIONS}


def _compile(text: str) -> dict[str, Any]:
    import re

    from lark import Lark  # only when tables are made: most runs find them made
    from lark.grammar import Rule as LarkRule
    from lark.lexer import Lexer, TerminalDef

    class Elsewhere(Lexer):
        """Tokens are made by `eq2code.parse`; lark is asked for the tables alone."""

        def __init__(self, conf: object) -> None:
            pass

        def lex(self, *_: Any) -> Any:
            return iter(())

    names = sorted(set(re.findall(r"\b[A-Z]{2,}\b", re.sub(r"//.*", "", text))))
    whole = f"{text}\n%declare {' '.join(names)}\n"
    made = Lark(
        whole, parser="lalr", lexer=Elsewhere, keep_all_tokens=True, maybe_placeholders=False
    )
    data, memo = made.memo_serialize([TerminalDef, LarkRule])
    return _encode(data["parser"]["parser"], memo)


def _encode(table: Mapping[str, Any], memo: Mapping[int, Any]) -> dict[str, Any]:
    """Lark's serialised table, made small, and numbered the same in every run."""
    names: Mapping[int, str] = table["tokens"]
    made = {key: _encode_rule(rule) for key, rule in memo.items()}
    rules = sorted(set(made.values()))
    numbers = {key: rules.index(rule) for key, rule in made.items()}
    rows = {
        key: {names[symbol]: move for symbol, move in row.items()}
        for key, row in table["states"].items()
    }
    start = next(iter(table["start_states"].values()))
    order = _reached(rows, start)
    places = {key: place for place, key in enumerate(order)}
    states = [
        {
            name: ~numbers[target["@"]] if reduces else places[target]
            for name, (reduces, target) in sorted(rows[key].items())
        }
        for key in order
    ]
    end = places[next(iter(table["end_states"].values()))]
    states[end]["$END"] = end  # lark accepts in this state; here that is one more shift
    return {"states": states, "rules": rules, "start": places[start]}


def _reached(rows: Mapping[int, Mapping[str, Any]], start: int) -> list[int]:
    """The states in the order in which they are reached, symbols by name."""
    order = [start]
    seen = {start}
    for key in order:
        for _, (reduces, target) in sorted(rows[key].items(), key=lambda item: item[0]):
            if not reduces and target not in seen:
                seen.add(target)
                order.append(target)
    return order


def _encode_rule(rule: Mapping[str, Any]) -> tuple[int, str, str]:
    action = rule["alias"] or ""
    if not action and len(rule["expansion"]) != 1:
        raise ValueError(f"the rule {rule['origin']['name']} of several parts names no action")
    return len(rule["expansion"]), rule["origin"]["name"], action


def _decode(data: Mapping[str, Any]) -> Tables:
    rows = data["states"]
    return Tables(
        actions=tuple({k: v for k, v in row.items() if k.isupper()} for row in rows),
        gotos=tuple({k: v for k, v in row.items() if not k.isupper()} for row in rows),
        rules=tuple(Rule(*rule) for rule in data["rules"]),
        start=data["start"],
    )


# --- keeping -------------------------------------------------------------------------------------


def _load(path: str, key: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:
            data = json.load(file)
    except (OSError, ValueError):
        return None
    if not isinstance(data, dict) or data.get("key") != key:
        return None
    found: dict[str, Any] = data["tables"]
    return found


def _cached(key: str) -> str:
    """The cache file, in a folder that belongs to this user and that no one else can write; "" if
    none.
    """
    from hashlib import sha256  # only where the shipped tables do not fit

    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(base):
        return ""
    folder = os.path.join(base, "eq2code")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        name = f"{sha256(key.encode()).hexdigest()[:32]}.json"
        return os.path.join(folder, name) if _private(folder) else ""
    except OSError:
        return ""


def _private(folder: str) -> bool:
    """Whether the folder is a real one, this user's, and closed to others."""
    if not hasattr(os, "getuid"):
        return True  # Windows: the profile folder is the user's own
    state = os.lstat(folder)
    return (
        stat.S_ISDIR(state.st_mode)
        and state.st_uid == os.getuid()
        and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _store(path: str, text: str) -> None:
    """Write whole or not at all; failing to keep the tables is no error."""
    from tempfile import mkstemp

    try:
        handle, name = mkstemp(dir=os.path.dirname(path), suffix=".json")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError:
        return


def text_of(key: str, data: Mapping[str, Any]) -> str:
    """The tables as they are kept."""
    return json.dumps({"key": key, "tables": data}, separators=(",", ":"), sort_keys=True) + "\n"


def fresh() -> str:
    """What the shipped file must hold for these grammars."""
    return text_of(_key(), compile_grammars())


def ship() -> None:
    """Write the tables that are shipped, after a change of the grammars."""
    with open(os.path.join(grammars(), SHIPPED), "w", encoding="utf-8") as shipped:
        shipped.write(fresh())
