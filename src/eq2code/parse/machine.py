"""Is this run of tokens a sentence of the grammar? A loop over LALR tables.

In: tokens, and actions by name. Out: what the action of the start rule's part gives. The stack is a
list: no nesting of the source can exhaust Python's. Lark makes the tables; this loop reads them, so
that a warm parse costs a dictionary look-up a step and a cold one need not import lark. Rules that
only hand on are passed over at once: where they end is kept, for as many cases as the tables have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from eq2code.parse.grammar import Tables, tables
from eq2code.parse.tokens import END, Token

Action = Callable[..., Any]
Complaint = Callable[[Sequence[Token], int], Exception]


class Machine:
    """The automaton of one notation, with its actions bound."""

    __slots__ = ("_actions", "_gotos", "_moves", "_rules", "_start")

    def __init__(self, found: Tables, actions: Mapping[str, Action]) -> None:
        self._actions = found.actions
        self._gotos = found.gotos
        self._start = found.start
        self._rules: list[tuple[int, str, Action | None]] = [
            (rule.size, rule.origin, actions[rule.action] if rule.action else None)
            for rule in found.rules
        ]
        self._moves: dict[tuple[int, int, str], tuple[int, int | None]] = {}

    def run(self, tokens: Sequence[Token], complain: Complaint) -> Any:
        """Parse; where a token does not fit, raise what `complain` makes of its place."""
        gotos, rules, moves = self._gotos, self._rules, self._moves
        state = self._start
        states = [state, state]
        values: list[Any] = []
        for place, token in enumerate((*tokens, Token(END, "", 0, 0))):
            while True:
                found = (states[-2], state, token.kind)
                try:
                    state, move = moves[found]
                except KeyError:
                    state, move = moves[found] = self._move(*found)
                if move is None:
                    raise complain(tokens, place)
                if move >= 0:
                    break
                size, origin, action = rules[~move]
                assert action is not None
                if size == 1:
                    values[-1] = action(values[-1])
                    state = states[-1] = gotos[states[-2]][origin]
                elif size:
                    values[-size:] = (action(*values[-size:]),)
                    state = gotos[states[-size - 1]][origin]
                    states[-size:] = (state,)
                else:
                    values.append(action())
                    states[-1] = state
                    state = gotos[state][origin]
                    states.append(state)
            states[-1] = state
            state = move
            states.append(state)
            values.append(token if token.node is None else token.node)
        return values[-2]

    def _move(self, below: int, state: int, kind: str) -> tuple[int, int | None]:
        """What a token asks for, once all rules that only hand on are through: the state on top
        then, and the move."""
        while True:
            move = self._actions[state].get(kind)
            if move is None or move >= 0:
                return state, move
            size, origin, action = self._rules[~move]
            if size != 1 or action is not None:
                return state, move
            state = self._gotos[below][origin]


@cache
def machine(notation: str) -> Machine:
    """The machine that reads a notation into its tree."""
    from eq2code.parse.build import ACTIONS

    return Machine(tables(notation), ACTIONS)
