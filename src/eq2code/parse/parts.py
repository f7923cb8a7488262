"""What is a part of a source? Tokens between two places where a statement may end."""

from __future__ import annotations

from eq2code.parse.tokens import Token


class Part:
    """Tokens of one statement, or of what may become a part of one."""

    __slots__ = ("introduced", "lead", "mention", "relation", "tokens")

    def __init__(self, tokens: list[Token], lead: Token | None, relation: bool) -> None:
        self.tokens = tokens
        self.lead = lead
        self.relation = relation
        self.introduced = ""
        self.mention = False
