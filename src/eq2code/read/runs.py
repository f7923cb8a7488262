"""Is a run of letters one word? Where that is not sure it is told, or asked about.

In plain text `lr` is a word; `4ac` and the xw beside x and w may be products, and nothing in the
text says which. In LaTeX BP is B times P, and could be one name where neither stands elsewhere.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator

from eq2code import library
from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError, ParseError
from eq2code.library import SPELLINGS
from eq2code.read.conventions import Ledger
from eq2code.read.names import GREEK, base_of, label
from eq2code.read.scope import Line, Survey, pieces, split, walk
from eq2code.read.scripts import is_transpose
from eq2code.read.targets import listed
from eq2code.source import Span
from eq2code.trees import notation as n

LONGEST = 3
STEP = n.Letter("t")
EULER = n.Letter("e")
SIGNS = frozenset("*·×⊙@")  # who writes one of these multiplies with it
PROSE = {
    **dict.fromkeys(("plus", "minus", "times", "over", "divided"), "write + - * / for it"),
    **dict.fromkeys(("squared", "cubed"), "write ^2 or ^3 behind the symbol"),
    **dict.fromkeys(("of", "the"), "write a function with its bracket: mean(x)"),
    **dict.fromkeys(("is", "equals"), "write = between a name and its value"),
    **dict.fromkeys(("unless", "otherwise", "elsewhere"), "write y = a if x > 0 else b"),
    **dict.fromkeys(
        ("minimize", "minimise", "maximize", "maximise", "solve"),
        "write what is computed: nothing is solved or searched for",
    ),
    **dict.fromkeys(("from", "to"), "write a range as Σ_{i=1}^{n}"),
    "choose": "write binom(n, k)",
    **dict.fromkeys(("transpose", "inverse"), "write A^T or A^{-1}"),
    "dot": "write · or @ between its operands",
    "at": "write y(3), with y(x) defined",
    **dict.fromkeys(
        ("by", "then", "not", "return", "see", "compute", "are"),
        "leave it out, and write the formula in signs",
    ),
}
SPOKEN = (
    PROSE.keys() - {"choose", "dot", "at", "to", "return", "see", "compute", "transpose", "inverse"}
) | {"for", "some", "and", "or", "with", "where", "if", "multiplied", "such", "that", "than"}
TITLED = re.compile("[A-Z][a-z]{2}")  # Prt, Tax
APPLIED = re.compile("(sinh|cosh|tanh|sin|cos|tan|log|exp|ln|sqrt)([a-z])")
CALLED = re.compile(f"[a-z]?(?:{APPLIED.pattern})+")


def check_runs(document: n.Document, found: Survey, known: Iterable[str], ledger: Ledger) -> None:
    """AmbiguousError where a run that nothing names could be letters side by side, or a function
    with its argument; it is told where another run shares a letter with it."""
    if document.language != "text":
        check_phrases(document, found, known)
        return
    words = found.everywhere(n.Word)
    odd = [word for word in words if word.text not in SPELLINGS or word.text in PROSE]
    if not odd:
        return
    lefts = [line.left for line in found.lines if line.left is not None]
    heads = {base.text for left in lefts if (base := base_of(left)) is not None}
    _check_prose(document, found, found.of(n.Word), {*known, *heads})
    if not any(_doubtful(x) or _applied(x) or TITLED.fullmatch(x.text) for x in odd):
        return
    heads |= {p.text for left in lefts for p in walk(left) if isinstance(p, n.Word)}
    named = {*known, *heads, *SPELLINGS}
    runs = Runs(document, found)
    lowered = {id(p.base) for p in found.everywhere(n.Scripts) if p.sub is not None}
    swallowed = {id(word) for line in found.lines for word in _swallowing(line)}
    lowered -= swallowed
    above = {
        id(p.sup): p
        for p in found.everywhere(n.Scripts)
        if type(p.sup) is n.Word and document.text[p.sup.span.start - 1] == "^"
    }
    for statement in document.statements:
        for piece in walk(statement.body):
            items = piece.items if isinstance(piece, n.Row) else (piece,)
            for before, item in zip((None, *items), items, strict=False):
                word = _raised_word(item)
                if word is None or word.text in named or id(word) in lowered:
                    continue
                if _applied(word):
                    runs.check_applied(word)
                if TITLED.fullmatch(word.text) and not word.style:
                    runs.tell(word, ledger)
                if _doubtful(word):
                    raiser = above.get(id(word))
                    if raiser is not None and _named_above(raiser, word) in named:
                        continue
                    if raiser is not None and (
                        (len(word.text) == 2 and raiser.base != EULER)
                        or runs.multiplies(word, before, item)
                    ):
                        raise _above(raiser, word)
                    if id(word) in swallowed or runs.multiplies(word, before, item):
                        raise _product(word)
                    runs.tell(word, ledger)


class Runs:
    """What stands beside the doubtful runs of a source in plain text."""

    def __init__(self, document: n.Document, found: Survey) -> None:
        self.alone = {base.text for base in found.letters if not base.word and not base.accents}
        line = {text for text, accents in found.unscripted if not accents and len(text) == 1}
        self.factors = (line & self.alone) | found.bound | set(found.ranges)
        self.signed = not SIGNS.isdisjoint(document.text)

    def multiplies(self, word: n.Word, before: n.Notation | None, item: n.Notation) -> bool:
        """Whether a run could be a product by what stands round it or shares its letters."""
        text = word.text
        number = isinstance(before, n.Number | n.Fraction)
        if number and before is not None and before.span.end == word.span.start:
            return True
        if set(text) <= self.alone:
            return True
        pair = len(text) == 2 and text[0] != "d"
        if isinstance(item, n.Scripts):
            sup = item.sup
            if text[-1] == "e" and not isinstance(sup, n.Number | n.Mark):
                return True  # x e^x
            if pair and (isinstance(sup, n.Number) or (sup is not None and is_transpose(sup))):
                return True  # m c^2, x x^T
        shared = self.factors & set(text)
        return bool(shared) and not self.signed and (pair or len(shared) > 1)

    def tell(self, word: n.Word, ledger: Ledger) -> None:
        """Tell that a run is one name, where no sign says how the source multiplies."""
        text = word.text
        if not self.signed and text[0] != "d":
            ledger.assume(
                "word",
                f"{text} is one name",
                instead=" times ".join(text),
                shapes=dict.fromkeys(text, ""),
                span=word.span,
            )

    def check_applied(self, word: n.Word) -> None:
        """AmbiguousError for `sinx` and `xlogx`, where the letter behind a function is an x, a y, a
        z, or stands elsewhere."""
        calls = APPLIED.findall(word.text)
        if any(letter not in self.alone and letter not in "xyz" for _, letter in calls):
            return
        spaced = APPLIED.sub(r" \1(\2) ", word.text)
        raise AmbiguousError(
            f"{word.text} is one word, or {calls[0][0]} of {calls[0][1]}",
            word.span,
            readings=(
                Choice("a function", " ".join(spaced.split())),
                declared("one word, a number", {word.text: ""}),
            ),
        )


def _named_above(piece: n.Scripts, word: n.Word) -> str:
    """The name that a symbol has with a word above it: W_hh."""
    symbol = base_of(piece.base) is not None and piece.base != EULER
    return f"{label(piece.base)}_{word.text}" if symbol else ""


def _above(piece: n.Scripts, word: n.Word) -> AmbiguousError:
    """`2^nx`, `A^kx`: the first letter alone may be raised."""
    text, name = word.text, _named_above(piece, word)
    one = declared("one name", {name: ""}) if name else declared("one word", {text: ""})
    return AmbiguousError(
        f"{text} above is one word, or {' times '.join(text)}, or {text[0]} alone is raised",
        word.span,
        readings=(
            one,
            Choice("a product above", f"({' '.join(text)})"),
            Choice(f"{text[0]} alone above", " ".join(text)),
        ),
    )


def _product(word: n.Word) -> AmbiguousError:
    return AmbiguousError(
        f"{word.text} is one word, or {' times '.join(word.text)}",
        word.span,
        readings=(
            declared("one word, a number", {word.text: ""}),
            Choice("a product", " ".join(word.text)),
        ),
        hints=("declare the word in shapes= with its own shape",),
    )


def _raised_word(item: n.Notation) -> n.Word | None:
    """The word that stands by itself, or with something above it alone."""
    core = item.base if type(item) is n.Scripts and item.sub is None else item
    return core if isinstance(core, n.Word) else None


def _applied(word: n.Word) -> bool:
    return not word.style and CALLED.fullmatch(word.text) is not None


def check_lines(document: n.Document, found: Survey, known: Iterable[str]) -> None:
    """AmbiguousError for a line of words beside definitions: `The loss is`."""
    if document.language != "text" or all(line.left is None for line in found.lines):
        return
    said = Counter(word.text for word in found.everywhere(n.Word))
    given = set(known)
    for line in found.lines:
        form = line.forms[0]
        if line.left is not None or not isinstance(form, n.Row):
            continue
        words = [
            x for x in form.items if isinstance(x, n.Word) and x.style == "" and x.text.islower()
        ]
        loose = [x for x in words if said[x.text] == 1 and x.text not in given]
        if len(loose) > 1 and all(isinstance(x, n.Word | n.Letter) for x in form.items):
            raise AmbiguousError(
                "a line of words is prose, or a product of symbols",
                form.span,
                readings=("prose", "a product"),
                hints=("leave the words out; or write the product with *",),
            )


def _swallowing(line: Line) -> Iterator[n.Word]:
    """The runs on the right that hold an argument of the left side: the `mx` of `f(x) = mx + b`.

    A run of more than two letters does where the argument stands nowhere else.
    """
    fence = line.left.items[-1] if isinstance(line.left, n.Row) else None
    fence = fence.base if isinstance(fence, n.Scripts) else fence
    if not isinstance(fence, n.Fence):
        return
    arguments = {piece.text for piece in listed(fence.body) if isinstance(piece, n.Letter)}
    right = [piece for form in line.forms for piece in walk(form)]
    alone = {piece.text for piece in right if isinstance(piece, n.Letter)}
    for piece in right:
        if isinstance(piece, n.Word) and arguments & set(piece.text):
            if len(piece.text) == 2 or arguments & set(piece.text) - alone:
                yield piece


def _check_prose(
    document: n.Document, found: Survey, words: list[n.Word], known: Collection[str]
) -> None:
    """Refuse `x plus y` and `mean of x`: words that are no names, unless they are declared or
    defined."""
    if len(found.lines) > 1:
        for line in found.lines:
            _check_heading(line, known)
    spoken = _spoken(document)
    for word in words:
        beside = document.text[max(word.span.start - 1, 0) : word.span.end + 1]
        if word.text not in PROSE or word.style or word.text in known or beside[-1:] == "(":
            continue
        if len(word.text) > 2 or spoken.get(id(word), False):
            raise ParseError(
                f"{word.text!r} is a word of prose, and no part of a formula",
                word.span,
                hints=(PROSE[word.text],),
            )
        if id(word) in spoken:
            raise _product(word)


def check_phrases(document: n.Document, found: Survey, known: Iterable[str]) -> None:
    r"""Refuse `\text{mean of } x` and `x \text{ times } 2`: prose on the line of a formula, unless
    it is the name of what is declared or defined."""
    words = [word for word in found.of(n.Word) if word.style != "op" and _says(word.text)]
    if not words:
        return
    lefts = [line.left for line in found.lines if line.left is not None]
    named = {*known, *(base.text for left in lefts if (base := base_of(left)) is not None)}
    line = {
        id(piece) for statement in document.statements for piece in _on_the_line(statement.body)
    }
    for word in words:
        if id(word) in line and word.text not in named:
            phrase = word.text.replace("_", " ")
            raise ParseError(
                f"{phrase!r} is prose, and no part of a formula",
                word.span,
                hints=("write the formula in signs and functions: mean(x), 2 x",),
            )


def _says(name: str) -> bool:
    """Whether a name holds a word that joins others: mean_of, for_some, times."""
    return not SPOKEN.isdisjoint(re.split("[_-]", name.lower()))


def _spoken(document: n.Document) -> dict[int, bool]:
    """For each word on the line whether it stands beside others, as prose does: the at of `y at 3`,
    and not that of `v = u + at`, `½at²`."""
    found: dict[int, bool] = {}
    for statement in document.statements:
        for piece in _on_the_line(statement.body):
            core = piece.base if isinstance(piece, n.Scripts) else piece
            if isinstance(core, n.Word):
                found[id(core)] = found.get(id(core), False) or core is statement.body
            elif isinstance(core, n.Row):
                number = not any(isinstance(x, n.Letter | n.Word) for x in walk(core.items[0]))
                for item in core.items if len(core.items) > 1 + number else ():
                    word = item.base if isinstance(item, n.Scripts) else item
                    found[id(word)] = True
    return found


def _check_heading(line: Line, known: Collection[str]) -> None:
    """Refuse a line that holds words alone, beside others: `Forward pass`."""
    words = line.forms[-1].items if isinstance(line.forms[-1], n.Row) else ()
    if line.left is None and words and all(isinstance(word, n.Word) for word in words):
        if not {word.text for word in words if isinstance(word, n.Word)}.intersection(known):
            raise ParseError(
                "this line holds words alone",
                line.span,
                hints=("leave it out; or write signs between names that are multiplied",),
            )


def check_steps(document: n.Document, found: Survey) -> None:
    """AmbiguousError for `h_t-1` in plain text: the step before, or one less than `h_t`."""
    if document.language != "text" or not any(map(_behind_letter, found.everywhere(n.Sum))):
        return
    steps = {STEP, *(p for line in found.lines if line.left is not None for p in _below(line.left))}
    for piece in (piece for statement in document.statements for piece in walk(statement.body)):
        behind = _behind_letter(piece)
        if behind is not None and behind[0] in steps:
            letter = behind[0].text
            raise AmbiguousError(
                "a number stands right behind a step",
                behind[1],
                readings=("a symbol at another step", "a number added to the symbol"),
                hints=(f"write h_{{{letter}-1}} for the step before, h_{letter} - 1 for the "
                       "difference",),
            )  # fmt: skip


def _below(left: n.Notation) -> tuple[n.Notation, ...]:
    """What stands below the symbol that a left side is."""
    return tuple(split(left.sub)) if isinstance(left, n.Scripts) else ()


def _behind_letter(piece: n.Notation) -> tuple[n.Letter, Span] | None:
    """The letter below a symbol that a number touches in a sum, and where both stand."""
    for before, after in itertools.pairwise(piece.terms if type(piece) is n.Sum else ()):
        if type(after) is not n.Number:
            continue
        last = before.items[-1] if isinstance(before, n.Row) else before
        if after.span.start != last.span.end + 1 or type(last) is not n.Scripts:
            continue
        if type(last.sub) is n.Letter and last.span.end == last.sub.span.end:
            return last.sub, last.span | after.span
    return None


def check_words(document: n.Document, found: Survey, known: Iterable[str]) -> None:
    """AmbiguousError for `margin` in LaTeX, small letters written together, more than a product
    has; and for `abs`, the name of a function."""
    if document.language != "latex" or not any(map(_worded, _lettered(found))):
        return
    given = set(known)
    uses = found.uses
    for line in found.lines:
        for part in line.parts:
            for run in (
                run for piece in _on_the_line(part) for run in _together(piece, str.islower)
            ):
                text = "".join(letter.text for letter in run)
                apart = len(run) <= LONGEST and all(uses[x] > text.count(x) for x in text)
                if _is_worded(run) and not apart and not given & {text, *text}:
                    name = "a function" if text in SPELLINGS else "one name"
                    written = rf"\{text}" if text in GREEK else rf"\mathrm{{{text}}}"
                    raise AmbiguousError(
                        f"{text} is one word, or {' times '.join(text)}",
                        run[0].span | run[-1].span,
                        readings=(
                            f"{name}: write {written}",
                            "a product: write spaces or signs between its factors",
                        ),
                    )


def _on_the_line(root: n.Notation) -> Iterator[n.Notation]:
    """What stands on the line: all of a formula but the scripts of its symbols."""
    stack = [root]
    while stack:
        piece = stack.pop()
        yield piece
        stack.extend([piece.base] if isinstance(piece, n.Scripts) else pieces(piece))


def _together(piece: n.Notation, of: Callable[[str], bool]) -> list[list[n.Letter]]:
    """The runs of Latin letters of a kind, written together, that a piece consists of."""
    runs: list[list[n.Letter]] = []
    last: n.Letter | None = None
    for item in piece.items if type(piece) is n.Row else ():
        if type(item) is not n.Letter or item.style or len(item.text) > 1 or not of(item.text):
            last = None
        else:
            if last is None or last.span.end != item.span.start:
                runs.append([])
            runs[-1].append(item)
            last = item
    return [run for run in runs if len(run) > 1]


def _lettered(found: Survey) -> list[n.Row]:
    """The rows of a source that hold letters by themselves."""
    return [row for row in found.of(n.Row) if n.Letter in map(type, row.items)]


def _worded(row: n.Row) -> bool:
    """Whether small letters are written together in a row that could be a word."""
    return any(map(_is_worded, _together(row, str.islower)))


def _is_worded(run: list[n.Letter]) -> bool:
    """Whether letters are more than a product has, or spell a function."""
    text = "".join([letter.text for letter in run])
    return len(run) > LONGEST or text in SPELLINGS or text in GREEK


def tell_runs(document: n.Document, found: Survey, known: Iterable[str], ledger: Ledger) -> None:
    """Tell that capitals side by side are multiplied, where each of them stands there alone."""
    if document.language != "latex":
        return
    if not any(_together(row, str.isupper) for row in _lettered(found)):
        return
    given = set(known)
    uses = Counter(base.text for base in found.bases if not base.accents)
    for line in found.lines:
        for part in line.parts:
            for run in (
                run for piece in _multiplied(part) for run in _together(piece, str.isupper)
            ):
                texts = [letter.text for letter in run]
                if given & set(texts) or any(uses[text] > texts.count(text) for text in texts):
                    continue
                ledger.assume(
                    "letters",
                    f"{''.join(texts)} is {' times '.join(texts)}",
                    instead="one name",
                    shapes={"".join(texts): ""},
                    span=run[0].span | run[-1].span,
                )


def _multiplied(root: n.Notation) -> Iterator[n.Notation]:
    r"""A piece and all that stands inside it, but for labels: the scripts of `D_{KL}`, `y^{LS}`."""
    stack = [root]
    while stack:
        piece = stack.pop()
        yield piece
        base = base_of(piece.base) if isinstance(piece, n.Scripts) else None
        if base is None or (base.word and library.find(base.text) is not None):
            stack.extend(pieces(piece))


def _doubtful(word: n.Word) -> bool:
    text = word.text
    return not word.style and text.isalpha() and text.islower() and 1 < len(text) <= LONGEST
