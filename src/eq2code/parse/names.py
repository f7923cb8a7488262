"""Is this run of letters one name? Runs resolved by what the whole source says.

In: the statements of a source. Out: the same without RUN tokens. A run is one word where it is
declared, where it is a left-hand side, where it is a known function before its bracket; otherwise
its letters are symbols side by side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError
from eq2code.limits import Limits
from eq2code.parse import symbols
from eq2code.parse import tokens as t
from eq2code.parse.parts import Part
from eq2code.parse.signs import too_long
from eq2code.parse.tokens import Token
from eq2code.record import lazy
from eq2code.source import Span
from eq2code.trees.notation import Letter, Number, Word

_OPENERS = frozenset({t.OPEN, t.GROUP, t.LOPT, t.GRID})
_CLOSERS = frozenset({t.CLOSE, t.ENDGROUP, t.ROPT, t.ENDGRID})
_OPERANDS = frozenset(
    {t.ATOM, t.RUN, t.SIGMA, t.OPEN, t.GROUP, t.FRACTION, t.ROOT, t.ROOTSIGN, t.ACCENT, t.SUB}
)
_PLAIN = frozenset({t.SIGN, t.OP, t.OPEN, t.CLOSE, t.GROUP, t.ENDGROUP, t.ROOT})
_DIFFERENCE = re.compile(r"d[A-Z]")  # dW, as gradients are called
_TITLED = re.compile("(?:[A-Z][a-z]{2,})+")  # Width, LayerNorm
_HEADED = re.compile("[A-Z][A-Za-z]+")  # Rf, XL
_DOUBLED = re.compile(r"(?=[A-Z]{3})[A-Z]*([A-Z])\1[A-Z]*")
_PREFIXED = re.compile(r"([a-z]+)[A-Z]")


class Names:
    """What is known of names in one source."""

    def __init__(
        self, latex: bool, words: frozenset[str], functions: frozenset[str], limits: Limits
    ) -> None:
        self.latex = latex
        self.words = words
        self.functions = functions
        self.limits = limits
        self.left: set[str] = set()
        self.lines: list[list[Token]] = []
        self.prefixes: set[tuple[str, str]] = set()

    def resolve(self, parts: Sequence[Part]) -> None:
        """Resolve every run in place."""
        self.lines = [part.tokens for part in parts]
        if t.RUN in {token.kind for tokens in self.lines for token in tokens}:
            self.words = self._spelled()
            for tokens in self.lines:
                self._collect(tokens)
            self._collect_ratios()
            for part in parts:
                part.tokens = self._runs(part.tokens)

    def _spelled(self) -> frozenset[str]:
        r"""The declared names that letters can spell: of `\beta` in LaTeX none are left for
        `beta`."""
        if not self.latex:
            return self.words
        nodes = [token.node for tokens in self.lines for token in tokens]
        greek = {node.text for node in nodes if isinstance(node, Letter)} & symbols.GREEK_NAMES
        return frozenset(word for word in self.words if word.partition("_")[0] not in greek)

    @lazy
    def standing(self) -> frozenset[str]:
        """The letters that stand on some line."""
        return frozenset().union(*map(_standing, self.lines))

    @property
    def has_d(self) -> bool:
        """Whether a d stands on some line."""
        return "d" in self.standing

    # --- left-hand sides -------------------------------------------------------------------------

    def _collect(self, tokens: Sequence[Token]) -> None:
        """Note the runs that are the head of a left-hand side."""
        depth = 0
        start = True
        for place, token in enumerate(tokens):
            if token.kind == t.RUN and start and not depth:
                end = _side(tokens, place)
                if end:
                    self.left.add(token.text)
                    self._note_prefix(token)
                    self._note_arguments(tokens[place:end])
            elif start and not depth and isinstance(token.node, Word):
                self._note_arguments(tokens[place : _side(tokens, place)])
            depth += (token.kind in _OPENERS) - (token.kind in _CLOSERS)
            start = token.kind == t.SEP and not depth

    def _note_prefix(self, token: Token) -> None:
        found = _PREFIXED.fullmatch(token.text)
        if found and token.style:
            self.prefixes.add((found[1], token.style))

    def _note_arguments(self, tokens: Sequence[Token]) -> None:
        """`PE_{(pos, 2i)}`: a run that is a whole argument in a list on the left is one name."""
        ends = (t.OPEN, t.SEP)
        for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
            whole = before.kind in ends and after.kind in (t.SEP, t.CLOSE)
            long = len(token.text) > 2 and not token.text.isupper()  # tr(ABC) is of a product
            listed = t.SEP in (before.kind, after.kind) or long
            if token.kind == t.RUN and whole and listed:
                self.left.add(token.text)

    # --- ratios ----------------------------------------------------------------------------------

    def _collect_ratios(self) -> None:
        r"""`\frac{TP}{TP + FP}`: runs of capitals over runs of capitals are names; matrices do not
        divide."""
        runs: set[str] = set()
        for tokens in self.lines:
            runs |= {
                token.text
                for token, after in zip(tokens, [*tokens[1:], None], strict=True)
                if token.kind == t.RUN
                and _DOUBLED.fullmatch(token.text)
                and (after is None or after.kind != t.SUP)
            }
            for place, token in enumerate(tokens):
                if token.kind == t.FRACTION:
                    top = _group(tokens, place + 1)
                    bottom = _group(tokens, place + 1 + len(top))
                elif token.kind == t.OP and token.text == "/":
                    top, bottom = _before(tokens, place), _group(tokens, place + 1)
                else:
                    continue
                above, below = _named(top), _named(bottom)
                if above and below and (above & below or min(map(len, above | below)) > 2):
                    runs |= above | below
        if runs and not self._loose() & set("".join(runs)):
            self.left |= runs

    def _loose(self) -> set[str]:
        """The letters that stand by themselves, those of left-hand sides aside, and those that a
        line defines: `P = TP / (TP + FP)` is no factor of itself."""
        found: set[str] = set()
        defined: set[str] = set()
        for tokens in self.lines:
            relation = next((k for k, token in enumerate(tokens) if token.kind == t.REL), 0)
            if relation == 1:
                defined.add(tokens[0].text)
            right = tokens[relation:]
            found |= {token.text for token in right if isinstance(token.node, Letter)}
        return found - defined

    # --- runs ------------------------------------------------------------------------------------

    def _runs(self, tokens: Sequence[Token]) -> list[Token]:
        found: list[Token] = []
        for place, token in enumerate(tokens):
            if token.kind != t.RUN:
                found.append(token)
            elif self._is_word(tokens, place):
                found.append(self._word(token))
                self._join_arg(found)
            elif self._is_shouted(tokens, place):
                node = Word(token.text.lower(), span=token.span)
                found.append(Token(t.ATOM, node.text, token.start, token.end, node))
            else:
                found += self._letters(token)
        return found

    def _join_arg(self, found: list[Token]) -> None:
        """`arg max_i` is one operator."""
        match [token.text for token in found[-2:]]:
            case ["arg", "max" | "min" as text]:
                node = Word("arg" + text, "op", span=found[-2].span | found[-1].span)
                found[-2:] = [Token(t.ATOM, node.text, found[-2].start, found[-1].end, node)]

    def _is_word(self, tokens: Sequence[Token], place: int) -> bool:
        token = tokens[place]
        text = token.text
        if text in self.left or text in self.words:
            return True
        if not self.latex and text not in self.functions and _TITLED.fullmatch(text):
            return not self._is_shouted(tokens, place) and self._is_title(token)
        if not self.latex and text not in self.functions and _HEADED.fullmatch(text):
            self._check_headed(tokens, place)
        if not self.latex and _DIFFERENCE.fullmatch(text) and not self.has_d:
            return True
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if after is not None and after.kind == t.SUB and (text.isupper() or self.latex):
            if any(word.startswith(text + "_") for word in self.words):  # SS_{res}, declared SS_res
                return True
        if text in self.functions:
            if token.style or not self.latex or _applied(tokens, place):
                return True
            return len(text) > 2 and text in symbols.COMMANDS and _operates(tokens, place)
        if text in symbols.OPERATOR_WORDS and after is not None and after.kind == t.SUB:
            return True  # lim_{x \to 0}, whose backslash was forgotten
        found = _PREFIXED.fullmatch(text) if token.style else None
        return found is not None and (found[1], token.style) in self.prefixes

    def _is_title(self, token: Token) -> bool:
        """`Width`, `LayerNorm`: a word, unless its letters are declared or stand by themselves."""
        if self.words.issuperset(token.text):
            return False
        if len(token.text) > 4 or not self.standing & set(token.text):
            return True
        raise _doubt(token, "a matrix", "n m")

    @lazy
    def _heads(self) -> Counter[str]:
        """How many runs begin with each capital: two in `Rp - Rf`, named alike."""
        runs = {token.text for tokens in self.lines for token in tokens if token.kind == t.RUN}
        named = (runs - self.left) | self.words
        return Counter(run[0] for run in named if _HEADED.fullmatch(run))

    def _check_headed(self, tokens: Sequence[Token], place: int) -> None:
        """AmbiguousError for `Rp`, `XL` where one of them is multiplied by a sign, or two are named
        alike, and no letter of it is declared or stands by itself, lowered or transposed."""
        token = tokens[place]
        around = tokens[max(place - 1, 0) : place + 2]
        signed = any(one.kind == t.OP and one.text == "*" for one in around)
        if not (signed or (self._starred and self._heads[token.text[0]] > 1)):
            return
        match tokens[place + 1 : place + 3]:
            case [Token(kind=t.SUB), *_]:
                return
            case [Token(kind=t.SUP), power] if not isinstance(power.node, Number):
                return
        if not (self.standing | self.words) & set(token.text):
            raise _doubt(token, "a number", "")

    @lazy
    def _starred(self) -> bool:
        """Whether the source multiplies with a *."""
        return any(x.kind == t.OP and x.text == "*" for tokens in self.lines for x in tokens)

    def _is_shouted(self, tokens: Sequence[Token], place: int) -> bool:
        """`LOG(1 + x)`, `Sin(x)`: a function's name in other capitals before its bracket."""
        text = tokens[place].text
        if self.latex or len(text) < 3:
            return False
        return text.lower() in self.functions and _applied(tokens, place)

    def _word(self, token: Token) -> Token:
        if len(token.text) > self.limits.name:
            raise too_long(token.text, self.limits, token.start)
        style = token.style
        if not style and token.text in symbols.COMMANDS:
            style = symbols.COMMANDS[token.text].style
        node = Word(token.text, style, span=token.span)
        return Token(t.ATOM, token.text, token.start, token.end, node)

    def _letters(self, token: Token) -> Iterator[Token]:
        wide = token.end - token.start == len(token.text)  # not so inside a macro's expansion
        for offset, character in enumerate(token.text):
            start = token.start + offset if wide else token.start
            end = start + 1 if wide else token.end
            node = Letter(character, token.style, span=Span(start, end))
            yield Token(t.ATOM, character, start, end, node)


def _doubt(token: Token, what: str, shape: str) -> AmbiguousError:
    return AmbiguousError(
        f"{token.text} is one word, or {' times '.join(token.text)}",
        token.span,
        readings=(
            declared(f"one word, {what}", {token.text: shape}),
            Choice("a product", " ".join(token.text)),
        ),
        hints=("declare the word in shapes= with its own shape",),
    )


def _standing(tokens: Sequence[Token]) -> set[str]:
    """The letters that stand on the line, those of scripts aside."""
    found: set[str] = set()
    script = depth = 0
    for before, token in zip((None, *tokens), tokens, strict=False):
        raised = before is not None and before.kind in (t.SUB, t.SUP)
        depth += token.kind == t.GROUP
        if raised and token.kind == t.GROUP and not script:
            script = depth
        elif not script and not raised and isinstance(token.node, Letter):
            found.add(token.text)
        if token.kind == t.ENDGROUP:
            script = 0 if depth == script else script
            depth -= 1
    return found


def _group(tokens: Sequence[Token], place: int) -> list[Token]:
    """The tokens of the group, the bracket or the run that starts at a place."""
    depth = 0
    for end in range(place, len(tokens)):
        depth += (tokens[end].kind in _OPENERS) - (tokens[end].kind in _CLOSERS)
        if depth <= 0 and tokens[end].kind != t.ROOT:
            return list(tokens[place : end + 1])
    return []


def _before(tokens: Sequence[Token], place: int) -> list[Token]:
    """The bracket, or the run with a number below or above it, that ends before a place."""
    start = place - 1
    if start >= 0 and tokens[start].kind == t.CLOSE:
        depth = 0
        for begin in range(start, -1, -1):
            depth += (tokens[begin].kind in _CLOSERS) - (tokens[begin].kind in _OPENERS)
            if not depth:
                return list(tokens[begin:place])
        return []
    if start >= 2 and tokens[start - 1].kind in (t.SUB, t.SUP):
        start -= 2
    return list(tokens[start:place]) if start >= 0 and tokens[start].kind == t.RUN else []


def _named(tokens: Sequence[Token]) -> set[str]:
    """The runs of capitals that some tokens are made of, with numbers and signs; none where more
    stands there."""
    found: set[str] = set()
    script = 0
    depth = 0
    raised = False
    for token in tokens:
        if token.kind in (t.SUB, t.SUP):
            script = depth + 1
            raised = token.kind == t.SUP
            continue
        if script:
            if raised and token.text in ("T", "top", "H"):
                return set()
            depth += (token.kind in _OPENERS) - (token.kind in _CLOSERS)
            script = script if depth >= script else 0
            continue
        if token.kind == t.RUN and token.text.isupper() and token.text.isalpha():
            found.add(token.text)
        elif not (token.kind in _PLAIN or isinstance(token.node, Number)):
            return set()
    return found


def _side(tokens: Sequence[Token], place: int) -> int:
    """Where the left-hand side that a run heads ends: it has scripts and arguments only. 0 if it is
    none.
    """
    depth = 0
    script = False
    for later in range(place + 1, len(tokens)):
        token = tokens[later]
        kind = token.kind
        if kind in _OPENERS:
            depth += 1
            script = False
        elif kind in _CLOSERS:
            depth -= 1
        elif depth:
            continue
        elif kind == t.REL:
            return later if token.text in symbols.DEFINING else 0
        elif kind in (t.SUB, t.SUP):
            script = True
        elif kind == t.PRIME or script:
            script = False
        else:
            return 0
    return 0


def _operates(tokens: Sequence[Token], place: int) -> bool:
    r"""Whether a factor or a script follows: the word of `log p_i`, `max_i x_i` lacks its \\."""
    after = tokens[place + 1].kind if place + 1 < len(tokens) else None
    return after in _OPERANDS


def _applied(tokens: Sequence[Token], place: int) -> bool:
    """Whether a bracket follows, perhaps behind scripts."""
    later = place + 1
    while later + 1 < len(tokens) and tokens[later].kind in (t.SUB, t.SUP):
        later += 1
        if tokens[later].kind in _OPENERS:
            depth = 0
            while later < len(tokens):
                depth += (tokens[later].kind in _OPENERS) - (tokens[later].kind in _CLOSERS)
                if not depth:
                    break
                later += 1
        later += 1
    return later < len(tokens) and tokens[later].kind in (t.OPEN, t.GROUP)
