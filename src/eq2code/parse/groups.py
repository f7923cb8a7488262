r"""Which braces group what? The groups of LaTeX: arguments, and what they restore when they close.

A group of one sign loses its braces here, and one that stands as a script for itself becomes a
mark; others reach the grammar. `GroupMaker` also moves over the lexemes, for those who build on it.
"""

from __future__ import annotations

from eq2code.errors import AmbiguousError, ParseError
from eq2code.limits import Limits
from eq2code.parse import tokens as t
from eq2code.parse.guard import too_deep
from eq2code.parse.lexemes import Lexeme
from eq2code.parse.signs import MARKS, UNOPENED, Maker
from eq2code.parse.tokens import Token
from eq2code.parse.undrawn import ARGUMENT
from eq2code.source import Span
from eq2code.trees.notation import Mark

_DEFINING = frozenset({":", "=", ":=", "triangleq", "coloneqq", "eqqcolon", "equiv"})


class Group:
    """An open brace of the source, and what to restore when it closes."""

    __slots__ = ("label", "opener", "pending", "place", "rows", "style")

    def __init__(self, opener: Token | None, style: str, pending: int, place: int) -> None:
        self.opener = opener
        self.style = style
        self.pending = pending
        self.place = place
        self.label = ""
        self.rows = False


class GroupMaker(Maker):
    """A place in the lexemes of one region of mathematics, and the groups that are open there.

    Attributes:
        once: the style of the next piece alone, as \\mathbf sets it without braces.
        label: the script that holds a label, once the next group closes.
        rows: whether the next group's rows are items of a list, as in \\substack.
        joining: the word that the next letters of its group go on with.
        labels: the places of the labels of braces.
        optional: the places of the brackets that end an optional argument.
    """

    def __init__(
        self,
        lexemes: list[Lexeme],
        words: frozenset[str],
        functions: frozenset[str],
        limits: Limits,
        warnings: dict[str, None],
    ) -> None:
        super().__init__(lexemes, words, functions, limits, warnings)
        self.once: str | None = None
        self.nested = 0
        self.environments = 0
        self.groups: list[Group] = []
        self.label = ""
        self.rows = False
        self.joining: Token | None = None
        self.optional: set[int] = set()
        self.labels: list[tuple[int, int]] = []
        self._braces: dict[int, int] | None = None

    def read(self) -> list[Token]:
        """All the tokens of the region."""
        raise NotImplementedError

    def take(self, lexeme: Lexeme) -> None:
        """Read one lexeme; those who know the commands say how."""
        raise NotImplementedError

    def _unclosed(self) -> ParseError:
        opener = next((g.opener for g in reversed(self.groups) if g.opener is not None), None)
        text = opener.text if opener is not None else "{"
        return ParseError(
            f"this {text} is never closed",
            opener.span if opener else Span(0, 1),
            hints=(f"write its {'}' if text == '{' else 'end'} where it ends",),
        )

    def _peek(self, kind: str, text: str | None = None) -> bool:
        if self.at >= len(self.lexemes):
            return False
        following = self.lexemes[self.at]
        return following[0] == kind and (text is None or following[1] == text)

    def _push(self, opener: Token | None, style: str) -> None:
        if len(self.groups) >= self.limits.depth and opener is not None:
            raise too_deep(self.limits, opener.span)
        if opener is not None and self.pending:
            opener.style = ARGUMENT
        group = Group(opener, self.style, self.pending, len(self.out))
        group.label, group.rows = self.label, self.rows
        self.label, self.rows = "", False
        self.groups.append(group)
        self.style = style
        self.pending = 0
        self.joining = None

    def _open(self, lexeme: Lexeme) -> None:
        _, _, start, end, _ = lexeme
        if not self.pending and self._peek("O", "}") and not self.label:
            self.at += 1
            return
        if self._holds_one():
            self._take_one()
            return
        style = self.once if self.once is not None else self.style
        self.once = None
        self._push(self.add(t.GROUP, "{", start, end), style)

    def _holds_one(self) -> bool:
        """Whether the braces hold one number or one letter, which is the same without them."""
        match self.lexemes[self.at : self.at + 2]:
            case [("N" | "R" as kind, text, *_), ("O", "}", *_)]:
                meant = self.label or self.rows or self.once is not None
                single = kind == "N" or len(text) == 1
                return single and not meant and len(self.groups) < self.limits.depth
        return False

    def _take_one(self) -> None:
        """Read what stands in the braces, one argument, and pass them."""
        pending, self.pending = self.pending, 0
        self.joining = None
        self.at += 1
        self.take(self.lexemes[self.at - 1])
        self.at += 1
        self.joining = None
        self.pending = pending - 1 if pending else 0

    def _close(self, lexeme: Lexeme) -> None:
        _, _, start, end, _ = lexeme
        if not self.groups or (
            self.groups[-1].opener is not None and self.groups[-1].opener.kind == t.LOPT
        ):
            raise ParseError("this } closes nothing", Span(start, end), hints=(UNOPENED,))
        group = self.groups.pop()
        self.style = group.style
        self.joining = None
        self.once = None
        if group.opener is not None and not self._collapsed(group):
            self.add(t.ENDGROUP, "}", start, end)
        self.pending = group.pending - 1 if group.pending else 0
        if group.label and self._peek("O", group.label):
            self.at += 1
            label = self.at
            self._skip_argument()
            self.labels.append((label, self.at))

    def _collapsed(self, group: Group) -> bool:
        """Take the braces off one sign, and off primes that stand as a superscript."""
        inside = len(self.out) - group.place
        if inside < 1:
            return False
        opener = group.place - 1
        before = self.out[opener - 1] if opener else None
        script = before is not None and before.kind in (t.SUB, t.SUP)
        primes = script and self.out[-1].kind == t.PRIME
        if primes and {token.kind for token in self.out[group.place :]} == {t.PRIME}:
            del self.out[opener - 1 : opener + 1]
            return True
        if inside != 1:
            return False
        token = self.out[-1]
        if token.kind in (t.ATOM, t.KEYWORD):
            del self.out[opener]
            return True
        if token.kind not in (t.OP, t.SIGN, t.REL, t.COLON, t.SEP):
            return False
        del self.out[opener]
        if group.pending:
            sign = token.style or token.text
            if sign not in MARKS:
                raise ParseError(
                    f"{token.text} cannot stand alone in braces",
                    token.span,
                    hints=("write what it stands between, or leave the braces out",),
                )
            mark = Mark(MARKS[sign], span=token.span)
            self.out[-1] = Token(t.ATOM, token.text, token.start, token.end, mark)
        return True

    def _braced(self) -> dict[int, int]:
        """For each opening brace, where it closes; counted once."""
        if self._braces is None:
            self._braces = {}
            stack: list[int] = []
            for place, lexeme in enumerate(self.lexemes):
                if lexeme[0] == "O" and lexeme[1] == "{":
                    stack.append(place)
                elif lexeme[0] == "O" and lexeme[1] == "}" and stack:
                    self._braces[stack.pop()] = place
        return self._braces

    def _group_end(self, place: int) -> int:
        """Where the group that opens at `place` closes."""
        end = self._braced().get(place)
        if end is None:
            raise ParseError(
                "this { is never closed", Span(*self.lexemes[place][2:4]),
                hints=("write its } where it ends",),
            )  # fmt: skip
        return end

    def _take_group(self, command: Lexeme) -> list[Lexeme]:
        """The lexemes of the braces that follow, which are passed."""
        if not self._peek("O", "{"):
            raise ParseError(
                f"\\{command[1]} needs braces behind it",
                Span(*command[2:4]),
                hints=(f"write \\{command[1]}{{…}}",),
            )
        end = self._group_end(self.at)
        inside = self.lexemes[self.at + 1 : end]
        self.at = end + 1
        return inside

    def _skip_argument(self) -> None:
        """Pass one argument: a group, a command with its group, or one sign."""
        if self.at >= len(self.lexemes):
            return
        if self._peek("C"):
            self.at += 1
            if not self._peek("O", "{"):
                return
        self.at = self._group_end(self.at) + 1 if self._peek("O", "{") else self.at + 1

    def _check_labels(self) -> None:
        r"""Refuse a label that is a symbol of the source too: `\underbrace{x + 1}_{z} + z`."""
        for start, end in self.labels:
            label = [one for one in self.lexemes[start:end] if one[1] not in _DEFINING]
            while len(label) > 1 and label[0][1] == "{" and label[-1][1] == "}":
                label = label[1:-1]
            texts = [one[1] for one in label]
            if not texts or label[0][0] not in "RC" or (len(texts) > 1 and texts[1] != "_"):
                continue
            if len(texts) == 1 and label[0][0] == "R" and len(texts[0]) > 1:
                continue
            if self._stands(texts, start, end):
                raise AmbiguousError(
                    "the label of a brace is a symbol of the source too",
                    Span(label[0][2], label[-1][3]),
                    readings=("a mere label", "the name of what the brace is round"),
                    hints=("define it on a line of its own, or leave the label out",),
                )

    def _stands(self, texts: list[str], start: int, end: int) -> bool:
        """Whether a symbol stands elsewhere than between two places."""
        size = len(texts)
        for place in range(len(self.lexemes) - size + 1):
            if start - size < place < end:
                continue
            found = [one[1] for one in self.lexemes[place : place + size]]
            after = self.lexemes[place + size][1] if place + size < len(self.lexemes) else ""
            if found == texts and (size > 1 or after != "_"):
                return True
        return False

    def _skip_optional(self) -> None:
        """Pass `[…]`, where it stands."""
        if not self._peek("O", "["):
            return
        for place in range(self.at, len(self.lexemes)):
            if self.lexemes[place][0] == "O" and self.lexemes[place][1] == "]":
                self.at = place + 1
                return

    def _skip_star(self) -> None:
        if self._peek("O", "*") and not self.lexemes[self.at][4]:
            self.at += 1
