"""Where do the parser's tables come from? Grammar files, compiled by lark once and kept as plain data.

Lark reads the grammars and computes the LALR tables; that takes a tenth of a second, so that the result is
kept as JSON, keyed by the grammar's text and lark's version. It is looked for beside the grammars (the
wheel ships it), then in a folder of the user's own that no one else can write, and made anew otherwise.
Nothing is ever unpickled. `python -m eq2code.parse.grammar` writes the file that is shipped.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

NOTATIONS = ("latex", "text")
SHIPPED = "tables.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """One production: how many values it takes, what it makes, and the action's name ("" hands on)."""

    size: int
    origin: str
    action: str


@dataclass(frozen=True, slots=True)
class Tables:
    """An LALR automaton. In `actions`, n >= 0 shifts to state n, and ~n reduces by rule n."""

    actions: tuple[Mapping[str, int], ...]
    gotos: tuple[Mapping[str, int], ...]
    rules: tuple[Rule, ...]
    start: int


@lru_cache(maxsize=None)
def tables(notation: str) -> Tables:
    """The tables of a notation, "latex" or "text"."""
    data = _stored()
    return _decode(data[notation])


@lru_cache(maxsize=1)
def _stored() -> dict[str, Any]:
    folder = grammars()
    key = _key(folder)
    for path in (folder / SHIPPED, _cached(key)):
        found = _load(path, key) if path is not None else None
        if found is not None:
            return found
    data = compile_grammars(folder)
    path = _cached(key)
    if path is not None:
        _store(path, key, data)
    return data


def grammars() -> Path:
    """The folder of the grammars: inside the installed package, or at the top of the checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "grammars"
    return inside if inside.is_dir() else package.parents[1] / "grammars"


def source(folder: Path, notation: str) -> str:
    """The grammar of a notation: what both share, then its own part."""
    parts = (folder / name for name in ("expr.lark", f"{notation}.lark"))
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


def _key(folder: Path) -> str:
    texts = [source(folder, notation) for notation in NOTATIONS]
    joined = "\0".join([str(_FORMAT), metadata.version("lark"), *texts])
    return hashlib.sha256(joined.encode()).hexdigest()


# --- compiling ---------------------------------------------------------------------------------------


def compile_grammars(folder: Path) -> dict[str, Any]:
    """The tables of every notation, as plain data, made by lark."""
    return {notation: _compile(source(folder, notation)) for notation in NOTATIONS}


def _compile(text: str) -> dict[str, Any]:
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
    made = Lark(whole, parser="lalr", lexer=Elsewhere, keep_all_tokens=True, maybe_placeholders=False)
    data, memo = made.memo_serialize([TerminalDef, LarkRule])
    return _encode(data["parser"]["parser"], memo)


def _encode(table: Mapping[str, Any], memo: Mapping[int, Any]) -> dict[str, Any]:
    """Lark's serialised table, made small: names once, rules by number."""
    names: Mapping[int, str] = table["tokens"]
    order = sorted(memo)
    numbers = {key: place for place, key in enumerate(order)}
    states = {key: place for place, key in enumerate(sorted(table["states"]))}
    rows = []
    for key in sorted(table["states"]):
        row = {}
        for symbol, (reduces, argument) in table["states"][key].items():
            target = argument["@"] if reduces else argument
            row[names[symbol]] = ~numbers[target] if reduces else states[target]
        rows.append(dict(sorted(row.items())))
    end = states[next(iter(table["end_states"].values()))]
    rows[end]["$END"] = end  # lark accepts in this state; here that is one more shift
    return {
        "states": rows,
        "rules": [_encode_rule(memo[key]) for key in order],
        "start": states[next(iter(table["start_states"].values()))],
    }


def _encode_rule(rule: Mapping[str, Any]) -> list[Any]:
    action = rule["alias"] or ""
    if not action and len(rule["expansion"]) != 1:
        raise ValueError(f"the rule {rule['origin']['name']} of several parts names no action")
    return [len(rule["expansion"]), rule["origin"]["name"], action]


def _decode(data: Mapping[str, Any]) -> Tables:
    rows = data["states"]
    return Tables(
        actions=tuple({k: v for k, v in row.items() if k.isupper()} for row in rows),
        gotos=tuple({k: v for k, v in row.items() if not k.isupper()} for row in rows),
        rules=tuple(Rule(*rule) for rule in data["rules"]),
        start=data["start"],
    )


# --- keeping -----------------------------------------------------------------------------------------


def _load(path: Path, key: str) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(data, dict) or data.get("key") != key:
        return None
    found: dict[str, Any] = data["tables"]
    return found


def _cached(key: str) -> Path | None:
    """The cache file, in a folder that belongs to this user and that no one else can write."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(base):
        return None
    folder = Path(base) / "eq2code"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{key[:32]}.json" if _private(folder) else None
    except OSError:
        return None


def _private(folder: Path) -> bool:
    """Whether the folder is a real one, this user's, and closed to others."""
    if not hasattr(os, "getuid"):
        return True  # Windows: the profile folder is the user's own
    state = folder.lstat()
    return (
        stat.S_ISDIR(state.st_mode)
        and state.st_uid == os.getuid()
        and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _store(path: Path, key: str, data: Mapping[str, Any]) -> None:
    """Write whole or not at all; failing to keep the tables is no error."""
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".json")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text_of(key, data))
        os.replace(name, path)


def text_of(key: str, data: Mapping[str, Any]) -> str:
    """The tables as they are kept."""
    return json.dumps({"key": key, "tables": data}, separators=(",", ":"), sort_keys=True) + "\n"


def fresh() -> str:
    """What the shipped file must hold for these grammars and this lark."""
    folder = grammars()
    return text_of(_key(folder), compile_grammars(folder))


if __name__ == "__main__":
    (grammars() / SHIPPED).write_text(fresh(), encoding="utf-8")
