"""Is this run of tokens a sentence of the grammar? A loop over LALR tables.

In: tokens, and actions by name. Out: what the action of the start rule's part gives. The stack is a
list: no nesting of the source can exhaust Python's. Lark makes the tables; this loop reads them, so
that a warm parse costs a dictionary look-up a step and a cold one need not import lark.
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

    __slots__ = ("_actions", "_gotos", "_rules", "_start")

    def __init__(self, found: Tables, actions: Mapping[str, Action]) -> None:
        self._actions = found.actions
        self._gotos = found.gotos
        self._start = found.start
        self._rules: list[tuple[int, str, Action | None]] = [
            (rule.size, rule.origin, actions[rule.action] if rule.action else None)
            for rule in found.rules
        ]

    def run(self, tokens: Sequence[Token], complain: Complaint) -> Any:
        """Parse; where a token does not fit, raise what `complain` makes of its place."""
        actions, gotos, rules = self._actions, self._gotos, self._rules
        state = self._start
        states = [state]
        values: list[Any] = []
        for place, token in enumerate((*tokens, Token(END, "", 0, 0))):
            kind = token.kind
            move = actions[state].get(kind)
            while move is not None and move < 0:
                size, origin, action = rules[~move]
                if size == 1:
                    state = states[-1] = gotos[states[-2]][origin]
                    if action is not None:
                        values[-1] = action(values[-1])
                else:
                    assert action is not None
                    if size:
                        made = action(*values[-size:])
                        del values[-size:], states[-size:]
                    else:
                        made = action()
                    values.append(made)
                    state = gotos[states[-1]][origin]
                    states.append(state)
                move = actions[state].get(kind)
            if move is None:
                raise complain(tokens, place)
            state = move
            states.append(state)
            values.append(token if token.node is None else token.node)
        return values[-2]


@cache
def machine(notation: str) -> Machine:
    """The machine that reads a notation into its tree."""
    from eq2code.parse.build import ACTIONS

    return Machine(tables(notation), ACTIONS)
