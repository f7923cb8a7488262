r"""What does the author abbreviate? The source's own macros, expanded within a budget.

In: lexemes. Out: lexemes without definitions and without calls of what they define; whatever a call
expands to has the call's place in the source. `\newcommand`, `\renewcommand`, `\providecommand`,
`\def`, `\let`, `\DeclareMathOperator`; nothing that TeX would have to execute.
"""

from __future__ import annotations

from eq2code.errors import MacroLimitError, ParseError
from eq2code.limits import Limits
from eq2code.parse.lexemes import Lexeme
from eq2code.record import record
from eq2code.source import Span

DEFINERS = frozenset(
    {"newcommand", "renewcommand", "providecommand", "def", "let", "DeclareMathOperator",
     "DeclareRobustCommand"}
)  # fmt: skip


@record
class Macro:
    """What a command stands for: a body with `#1` … and, for the first argument, a default."""

    arguments: int
    body: list[Lexeme]
    default: list[Lexeme] | None = None


class Expander:
    """Expands one source. `fixed` commands cannot be redefined; `names` may be, with a warning."""

    def __init__(
        self,
        limits: Limits,
        warnings: dict[str, None],
        fixed: frozenset[str],
        names: frozenset[str],
    ) -> None:
        self.limits = limits
        self.warnings = warnings
        self.fixed = fixed
        self.names = names
        self.macros: dict[str, Macro] = {}
        self.count = 0
        self.produced = 0

    def run(self, lexemes: list[Lexeme]) -> list[Lexeme]:
        """The lexemes with every definition carried out."""
        out: list[Lexeme] = []
        todo = lexemes[::-1]
        while todo:
            lexeme = todo.pop()
            if lexeme[0] != "C":
                out.append(lexeme)
            elif lexeme[1] in self.macros:
                self._expand(lexeme, todo)
            elif lexeme[1] in DEFINERS:
                self._define(lexeme, todo)
            else:
                out.append(lexeme)
        return out

    # --- calls -----------------------------------------------------------------------------------

    def _expand(self, call: Lexeme, todo: list[Lexeme]) -> None:
        macro = self.macros[call[1]]
        arguments, end = self._arguments(call, macro, todo)
        body = self._fill(macro.body, arguments)
        self.count += 1
        self.produced += sum(len(piece[1]) + 1 for piece in body)
        if self.count > self.limits.expansions or self.produced > self.limits.expanded:
            raise MacroLimitError(
                f"\\{call[1]} expands without end, or to more than is read", Span(call[2], end),
                hints=("write what it stands for in its place",),
            )  # fmt: skip
        placed = [(kind, text, call[2], end, gap) for kind, text, _, _, gap in body]
        if placed:
            placed[0] = (*placed[0][:4], call[4])
        todo.extend(reversed(placed))

    def _arguments(
        self, call: Lexeme, macro: Macro, todo: list[Lexeme]
    ) -> tuple[list[list[Lexeme]], int]:
        found: list[list[Lexeme]] = []
        end = call[3]
        if macro.default is not None:
            found.append(macro.default)
            if todo and todo[-1][1] == "[" and todo[-1][0] == "O":
                found[0], end = _bracketed(todo, call)
        while len(found) < macro.arguments:
            argument, end = _argument(todo, call)
            found.append(argument)
        return found, max(end, call[3])

    def _fill(self, body: list[Lexeme], arguments: list[list[Lexeme]]) -> list[Lexeme]:
        out: list[Lexeme] = []
        size = 0
        place = 0
        while place < len(body):
            lexeme = body[place]
            place += 1
            if lexeme[0] != "O" or lexeme[1] != "#" or place >= len(body) or body[place][0] != "N":
                out.append(lexeme)
                continue
            digits = body[place]
            place += 1
            number = int(digits[1][0])
            if not digits[1][0].isdigit() or not 0 < number <= len(arguments):
                raise ParseError(
                    f"this macro has no argument #{digits[1][0]}",
                    Span(*digits[2:4]),
                    hints=("say how many it has: \\newcommand{\\name}[2]{#1 #2}",),
                )
            out += arguments[number - 1]
            size += len(arguments[number - 1])
            if size > self.limits.expanded:
                raise MacroLimitError(
                    "a macro expands to more than is read", Span(*lexeme[2:4]),
                    hints=("write what it stands for in its place",),
                )  # fmt: skip
            if digits[1][1:]:
                out.append(("N", digits[1][1:], digits[2] + 1, digits[3], 0))
        return out

    # --- definitions -----------------------------------------------------------------------------

    def _define(self, command: Lexeme, todo: list[Lexeme]) -> None:
        if todo and todo[-1][:2] == ("O", "*"):
            todo.pop()
        if command[1] == "def":
            name, macro = self._primitive(command, todo)
        elif command[1] == "let":
            name, macro = self._alias(command, todo)
        else:
            name = _name(todo, command)
            macro = self._latex(command, todo)
        self._keep(command, name, macro)

    def _keep(self, command: Lexeme, name: str, macro: Macro) -> None:
        known = name in self.fixed or name in self.names
        if command[1] == "providecommand" and known:
            return
        if name in self.fixed or name in DEFINERS:
            raise ParseError(
                f"\\{name} cannot be given another meaning", Span(*command[2:4]),
                hints=("call the macro by a name of its own",),
            )  # fmt: skip
        if name in self.names and command[1] != "DeclareMathOperator":
            self.warnings[f"\\{name} was redefined, and is read as the source defines it"] = None
        self.macros[name] = macro

    def _latex(self, command: Lexeme, todo: list[Lexeme]) -> Macro:
        if command[1] == "DeclareMathOperator":
            body, _ = _argument(todo, command)
            _, _, start, end, _ = command
            opener: list[Lexeme] = [("C", "operatorname", start, end, 0), ("O", "{", start, end, 0)]
            return Macro(0, [*opener, *body, ("O", "}", start, end, 0)])
        count = 0
        default = None
        if todo and todo[-1][:2] == ("O", "["):
            digits, _ = _bracketed(todo, command)
            if len(digits) != 1 or digits[0][1] not in "123456789":
                raise ParseError(
                    "a macro has 1 to 9 arguments",
                    Span(*command[2:4]),
                    hints=("write out what it stands for",),
                )
            count = int(digits[0][1])
            if todo and todo[-1][:2] == ("O", "["):
                default, _ = _bracketed(todo, command)
        body, _ = _argument(todo, command)
        return Macro(count, body, default)

    def _primitive(self, command: Lexeme, todo: list[Lexeme]) -> tuple[str, Macro]:
        name = _name(todo, command)
        count = 0
        while todo and todo[-1][:2] == ("O", "#"):
            todo.pop()
            digit = todo.pop() if todo else command
            count += 1
            if digit[1] != str(count):
                raise ParseError(
                    "the arguments of \\def are #1, #2, …",
                    Span(*command[2:4]),
                    hints=("number them from 1: \\def\\name#1#2{…}",),
                )
        if not todo or todo[-1][:2] != ("O", "{"):
            raise ParseError(
                "\\def needs a body in braces", Span(*command[2:4]), hints=(r"write \def\name{…}",)
            )
        body, _ = _argument(todo, command)
        return name, Macro(count, body)

    def _alias(self, command: Lexeme, todo: list[Lexeme]) -> tuple[str, Macro]:
        name = _name(todo, command)
        if todo and todo[-1][:2] == ("O", "="):
            todo.pop()
        if not todo:
            raise ParseError(
                "\\let needs a command and its new meaning",
                Span(*command[2:4]),
                hints=(r"write \let\name=\other",),
            )
        meaning = todo.pop()
        if meaning[0] == "C" and meaning[1] in self.macros:
            return name, self.macros[meaning[1]]
        return name, Macro(0, [meaning])


def _name(todo: list[Lexeme], command: Lexeme) -> str:
    """The command that is defined, with or without braces round it."""
    braced = bool(todo) and todo[-1][:2] == ("O", "{")
    if braced:
        todo.pop()
    name = todo.pop() if todo else command
    if name[0] != "C" or name is command:
        raise ParseError(
            f"\\{command[1]} needs the name of a command",
            Span(*command[2:4]),
            hints=(r"write it as \newcommand{\name}{…}",),
        )
    if braced and (not todo or todo.pop()[1] != "}"):
        raise ParseError(
            f"\\{command[1]} needs the name of a command",
            Span(*command[2:4]),
            hints=(r"write it as \newcommand{\name}{…}",),
        )
    return name[1]


def _argument(todo: list[Lexeme], call: Lexeme) -> tuple[list[Lexeme], int]:
    """One argument, without its braces, and where it ends."""
    if not todo:
        raise ParseError(
            f"\\{call[1]} needs another argument",
            Span(*call[2:4]),
            hints=("put each argument into braces behind it",),
        )
    first = todo.pop()
    if first[:2] != ("O", "{"):
        if first[0] in "RN" and len(first[1]) > 1:
            todo.append((first[0], first[1][1:], first[2] + 1, first[3], 0))
            first = (first[0], first[1][0], first[2], first[2] + 1, first[4])
        return [first], first[3]
    found: list[Lexeme] = []
    depth = 1
    while todo:
        lexeme = todo.pop()
        if lexeme[0] == "O":
            depth += (lexeme[1] == "{") - (lexeme[1] == "}")
        if not depth:
            return found, lexeme[3]
        found.append(lexeme)
    raise ParseError(
        "this { is never closed", Span(*first[2:4]), hints=("write its } where it ends",)
    )


def _bracketed(todo: list[Lexeme], call: Lexeme) -> tuple[list[Lexeme], int]:
    """The content of `[…]`, and where it ends."""
    first = todo.pop()
    found: list[Lexeme] = []
    depth = 0
    while todo:
        lexeme = todo.pop()
        if lexeme[0] == "O":
            depth += (lexeme[1] == "{") - (lexeme[1] == "}")
            if lexeme[1] == "]" and not depth:
                return found, lexeme[3]
        found.append(lexeme)
    raise ParseError(
        "this [ is never closed", Span(*first[2:4]), hints=("write its ] where it ends",)
    )
