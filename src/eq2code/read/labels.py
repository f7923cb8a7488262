r"""Which letters are labels in this source, though they stand where an index or a power could?

`K_k = P_k H^\top S_k^{-1}`: k tells one matrix from the next, for a matrix with one index would be
a row. `z^{k+1} = z^k - u^k`: what is raised to a step on the left is a step above everywhere.
Nothing here decides what a bound letter does.
"""

from __future__ import annotations

from collections.abc import Iterator

from eq2code.read.names import GREEK, Base, base_of, label
from eq2code.read.scope import (
    Line,
    Survey,
    big_operator,
    binders,
    index_key,
    pieces,
    split,
    step_of,
    walk,
)
from eq2code.read.scripts import is_transpose, script_label
from eq2code.trees import notation as n

NEVER_EXPONENTS = frozenset("ijl")
EXPONENTS = frozenset("nkmptrdqNKMT")
TOTALS = frozenset("NMKTnm")
INVERSE = n.Sum((n.Number("1"),), ("-",))


def families(found: Survey) -> set[str]:
    """Letters below that tell one matrix from the next: they index nothing."""
    candidates: set[str] = set()
    if not any(map(_single, found.scripts())):
        return candidates
    for line in found.lines:
        for form in line.forms:
            singles = {key for piece in walk(form) if (key := _single(piece)) is not None}
            if singles and any(_multiplies(piece) for piece in walk(form)):
                candidates |= singles
    if not candidates:
        return candidates
    bound = found.bound | set(found.ranges)
    rows = {piece.sub for piece in found.scripts() if _capital(piece)}
    if any(index_key(sub) in bound for sub in rows if sub is not None):
        return set()
    paired = {
        index_key(part)
        for piece in found.scripts()
        for part in split(piece.sub)
        if len(split(piece.sub)) > 1
    }
    listed = {
        base.plain
        for piece in found.scripts()
        if isinstance(piece.sub, n.Number) and (base := base_of(piece.base)) is not None
    }
    numbered = {
        _single(piece, capital=False)
        for piece in found.scripts()
        if (base := base_of(piece.base)) is not None and base.plain in listed
    }
    return candidates - bound - paired - numbered


def _capital(piece: n.Notation) -> bool:
    base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
    return base is not None and base.capital


def _single(piece: n.Notation, *, capital: bool = True) -> str | None:
    """The letter that stands alone below a capital letter which carries no other label."""
    if type(piece) is not n.Scripts or piece.sub is None or type(piece.sub) is n.Number:
        return None
    base = base_of(piece.base)
    if base is None or (capital and not base.capital):
        return None
    parts = split(piece.sub)
    if len(parts) != 1 or not isinstance(parts[0], n.Letter):
        return None
    done = piece.sup is None or is_transpose(piece.sup) or piece.sup == INVERSE
    return index_key(parts[0]) if done or isinstance(piece.sup, n.Mark) else None


def _multiplies(piece: n.Notation) -> bool:
    """Whether capital letters are multiplied, transposed or inverted here, as matrices are."""
    match piece:
        case n.Scripts(base, _, sup) if sup is not None:
            wide = _capital(base) or isinstance(base, n.Fence)
            return wide and (is_transpose(sup) or sup == INVERSE)
        case n.Row(items):
            return sum(any(_capital(p) for p in walk(item)) for item in items) > 1
    return False


def above(found: Survey) -> set[str]:
    """What stands above letters as a label: the steps of a left side, and letters that raise
    nothing."""
    bound = found.bound | set(found.ranges)
    heads = [line.left for line in found.lines if isinstance(line.left, n.Scripts)]
    scripts = [p for p in found.scripts() if p.sup is not None and type(p.sup) is not n.Number]
    stepped = {str(index_key(step[0])) for p in scripts if (step := _bare_step(p)) is not None}
    keys: set[str] = set()
    for head in heads:
        step = _bare_step(head)
        key = index_key(step[0]) if step is not None else _letter_above(head)
        if key is not None and (step is not None or key in stepped or key not in EXPONENTS):
            keys.add(key)
    given = [argument for line in found.lines for argument in _arguments(line.left)]
    keys |= {str(_letter_above(p)) for p in given if isinstance(p, n.Scripts)} - {
        str(index_key(p)) for p in given
    }
    raised = {key for p in scripts if (key := _letter_above(p)) is not None}
    if not raised.isdisjoint(NEVER_EXPONENTS):
        keys |= (raised & NEVER_EXPONENTS) - _numbers(found)
    labelled = {_plain(p) for p in scripts if _letter_above(p) in keys}
    beside = {_letter_above(p) for p in scripts if _plain(p) in labelled}
    keys |= {key for key in beside if key is not None}  # t^l and t^r
    keys -= bound
    texts = set(keys)
    for piece in scripts:
        step = _bare_step(piece)
        if step is not None and index_key(step[0]) in keys and piece.sup is not None:
            texts.add(str(script_label(piece.sup)))
    return texts


def _arguments(left: n.Notation | None) -> tuple[n.Notation, ...]:
    """The arguments of a function on a left side: each is one symbol, whatever stands above it."""
    match left:
        case n.Row((_, n.Fence(_, _, body))):
            return body.items if isinstance(body, n.Items) else (body,)
    return ()


def _plain(piece: n.Scripts) -> tuple[str, tuple[str, ...]] | None:
    base = base_of(piece.base)
    return None if base is None else base.plain


def indices_above(found: Survey) -> dict[str, bool]:
    r"""Bound letters that stand above only, as in `\\sum_i w_k^i x_k^i`: True where they must be
    indices.

    A letter above several Latin letters, or above one that has a letter below, is an index; above a
    single letter it could be a power as well (False), but for Greek letters, and ranges from 0.
    """
    bases: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
    sure: set[str] = set()
    for piece in found.scripts():
        key, base = _letter_above(piece), base_of(piece.base)
        if key is None or base is None or key not in found.bound:
            continue
        if base.text not in GREEK or isinstance(piece.sub, n.Letter):
            bases.setdefault(key, set()).add(base.plain)
        letters = [part for part in split(piece.sub) if isinstance(part, n.Letter)]
        if letters and not any(index_key(part) in found.bound for part in letters):
            sure.add(key)
        if base.bold:
            sure.add(key)
    if not bases:
        return {}
    elsewhere = exponents(found)
    for piece in found.scripts():
        if big_operator(piece) is None:
            for part in split(piece.sub):
                elsewhere |= {p.text for p in walk(part) if isinstance(p, n.Letter)}
    return {
        key: key in sure or len(plain) > 1 for key, plain in bases.items() if key not in elsewhere
    }


def exponents(found: Survey) -> set[str]:
    """Letters that raise where they are bound: numbers, and those that run from 0."""
    return _numbers(found) | _from_zero(found)


def _from_zero(found: Survey) -> set[str]:
    """Letters that some operator runs from 0, or without end, as exponents do."""
    return {
        binder.key
        for piece in found.scripts()
        if (big := big_operator(piece)) is not None
        for binder in binders(big[1], big[2], frozenset())[0]
        if binder.range.low == n.Number("0") or binder.range.high == n.Letter("infty")
    }


def _bare_step(piece: n.Scripts) -> tuple[n.Notation, int] | None:
    if piece.sup is None or isinstance(piece.sup, n.Fence) or base_of(piece.base) is None:
        return None
    return step_of(piece.sup)


def _letter_above(piece: n.Scripts) -> str | None:
    base = base_of(piece.base)
    if base is None or not isinstance(piece.sup, n.Letter) or is_transpose(piece.sup):
        return None
    if base.text == "e" or piece.sup.style not in ("", "it") or piece.sup.text.isupper():
        return None
    return index_key(piece.sup)


def _numbers(found: Survey) -> set[str]:
    """Letters that stand by themselves somewhere: numbers, which may be exponents."""
    numbers: set[str] = set()
    stack = [part for line in found.lines for part in line.parts]
    while stack:
        piece = stack.pop()
        if isinstance(piece, n.Scripts):
            stack.append(piece.base)
            if piece.sup is not None and not _counts_steps(piece.sup):
                stack.append(piece.sup)
        elif isinstance(piece, n.Letter):
            numbers.add(piece.text)
        else:
            stack.extend(pieces(piece))
    return numbers


def _counts_steps(sup: n.Notation) -> bool:
    """Whether something above is a letter, or a step of one that is never an exponent: `l - 1`."""
    step = step_of(sup)
    return isinstance(sup, n.Letter) or (step is not None and index_key(step[0]) in NEVER_EXPONENTS)


def counts(found: Survey) -> set[Base]:
    r"""Letters that end a range and stand above an index too: the size N beside the counts `N_k`.

    So do those that divide their own element, `\pi_k = N_k / N`, and arguments that stand beside
    samples of their letter, `f(x) = \sum_i \alpha_i k(x, x_i)`.
    """
    ends = {base for end in found.ends if (base := base_of(end)) is not None}
    if any(map(_total, (*found.of(n.Fraction), *found.of(n.Product)))):
        forms = [form for line in found.lines for form in line.forms]
        ends |= {base for form in forms for p in walk(form) if (base := _total(p)) is not None}
    ends |= {base for line in found.lines for base in _points(line, found)}
    if not ends:
        return set()
    indexed = {
        base.plain
        for piece in found.scripts()
        if (base := base_of(piece.base)) is not None and isinstance(piece.sub, n.Letter)
    }
    return {base for base in ends if base.plain in indexed}


def _total(piece: n.Notation) -> Base | None:
    """The size letter that divides one of its own elements."""
    match piece:
        case n.Fraction(n.Scripts(top), bottom) | n.Product((n.Scripts(top), bottom), ("/",)):
            own = base_of(top)
            if own is not None and base_of(bottom) == own and own.text in TOTALS:
                return own
    return None


def _points(line: Line, found: Survey) -> Iterator[Base]:
    """The arguments of a left side that stand beside samples of their letter: `x - x_i`,
    `k(x, x_i)`."""
    match line.left:
        case n.Row((_, n.Fence("(", ")", body))):
            arguments = body.items if isinstance(body, n.Items) else (body,)
        case _:
            return
    lists = [
        piece.terms if isinstance(piece, n.Sum) else piece.items
        for form in line.forms
        for piece in walk(form)
        if isinstance(piece, n.Sum | n.Items)
    ]
    for argument in arguments:
        base = base_of(argument)
        keys = {index_key(p.sub) for p in found.scripts() if p.sub and base_of(p.base) == base}
        if base is None or len(keys) != 1 or not keys <= found.bound:
            continue
        elements = [p for p in found.scripts() if p.sub and base_of(p.base) == base]
        if any(argument in parts and any(p in parts for p in elements) for parts in lists):
            yield base


def powers(found: Survey) -> set[tuple[str, tuple[str, ...]]]:
    r"""Greek letters that stand without scripts somewhere: `\\beta^{t+1}` beside `\\beta` is a
    power."""
    heads = {
        base.plain
        for line in found.lines
        if isinstance(line.left, n.Scripts) and (base := base_of(line.left.base)) is not None
    }
    bare = {
        base.plain
        for line in found.lines
        for form in line.forms
        for base in _bare(form)
        if base.text in GREEK
    }
    return bare - heads


def error_vector(found: Survey) -> bool:
    r"""Whether e stands by itself somewhere: `e^T e` is no power of Euler's number."""
    return any(
        base.text == "e" and not base.style
        for line in found.lines
        for form in line.forms
        for base in _bare(form)
    )


def raising_only(found: Survey, letter: str) -> bool:
    r"""Whether a letter stands in scripts of symbols and nowhere else: `\\gamma^T V_T`."""
    own = n.Letter(letter)
    stack = [part for line in found.lines for part in line.parts]
    lefts = {id(line.left) for line in found.lines if line.left == own}
    while stack:
        piece = stack.pop()
        if piece == own and id(piece) not in lefts:
            return False
        inside = pieces(piece)
        if isinstance(piece, n.Scripts) and big_operator(piece) is None:
            inside = [part for part in inside if part != n.Letter(letter)]
        stack.extend(inside)
    return True


def zeroth(found: Survey) -> set[tuple[str, tuple[str, ...]]]:
    """Letters that have a 0 above somewhere: their 1 above is the first power of a list."""
    raised = (piece for piece in found.scripts() if piece.sup == n.Number("0"))
    return {base.plain for piece in raised if (base := base_of(piece.base)) is not None}


def stands_outside(letter: Base, head: Base, found: Survey) -> bool:
    """Whether a letter stands somewhere else than in brackets after `head`."""
    stack = [part for line in found.lines for part in line.parts]
    while stack:
        piece = stack.pop()
        inside = pieces(piece)
        if isinstance(piece, n.Row):
            headed = (base_of(_unscripted(item)) == head for item in (n.Mark(""), *piece.items))
            inside = [
                item
                for item, after in zip(piece.items, headed, strict=False)
                if not (after and isinstance(_unscripted(item), n.Fence))
            ]
        if base_of(piece) == letter:
            return True
        stack.extend(inside)
    return False


def matrices(found: Survey) -> set[str]:
    """Letters that are transposed or inverted somewhere, and so are no functions."""
    return {
        base.text
        for piece in found.scripts()
        if (base := base_of(piece.base)) is not None
        and piece.sup is not None
        and (is_transpose(piece.sup) or piece.sup == INVERSE)
    }


def _bare(root: n.Notation) -> Iterator[Base]:
    stack = [root]
    while stack:
        piece = stack.pop()
        if isinstance(piece, n.Scripts) and base_of(piece.base) is not None:
            stack.extend(s for s in (piece.sub, piece.sup) if s is not None)
            continue
        base = base_of(piece)
        if base is not None:
            yield base
            continue
        stack.extend(pieces(piece))


def words_alone(found: Survey) -> set[str]:
    """The words that stand somewhere without a factor behind them: no functions there."""
    ahead = {id(_unscripted(item)) for row in found.of(n.Row) for item in row.items[:-1]}
    return {word.text for word in found.of(n.Word) if id(word) not in ahead}


def standing(found: Survey) -> set[tuple[str, str | None]]:
    r"""Letters with what is below them that stand as a value, no bracket behind: `\frac{y -
    \mu}{\sigma}`."""
    letters: set[tuple[str, str | None]] = set()
    stack = [part for line in found.lines for part in line.parts]
    while stack:
        piece = stack.pop()
        match piece:
            case n.Letter(text):
                letters.add((text, ""))
            case n.Row(items):
                for item, after in zip(items, (*items[1:], None), strict=True):
                    core = after.base if isinstance(after, n.Scripts) else after
                    applied = isinstance(core, n.Fence) and base_of(_unscripted(item)) is not None
                    if not applied:
                        stack.append(item)
            case n.Scripts(base) if base_of(base) is not None:
                stack.extend(part for part in (piece.sub, piece.sup) if part is not None)
                if isinstance(base, n.Letter) and not piece.primes:
                    if piece.sup is None or isinstance(piece.sup, n.Number):
                        letters.add((base.text, label(piece.sub) if piece.sub else ""))
            case _:
                stack.extend(pieces(piece))
    return letters


def _unscripted(piece: n.Notation) -> n.Notation:
    return piece.base if isinstance(piece, n.Scripts) else piece


def apart(found: Survey) -> set[str]:
    """The letters that stand somewhere else than in a run of two above: those that are symbols."""
    letters: set[str] = set()
    stack = [part for line in found.lines for part in line.parts]
    while stack:
        piece = stack.pop()
        if isinstance(piece, n.Letter):
            letters.add(piece.text)
        elif isinstance(piece, n.Scripts) and is_pair(piece.sup):
            stack += [piece.base, *([] if piece.sub is None else [piece.sub])]
        else:
            stack.extend(pieces(piece))
    return letters


def is_pair(script: n.Notation | None) -> bool:
    """Two lower-case Latin letters written together: `gt`."""
    if not isinstance(script, n.Row) or len(script.items) != 2:
        return False
    first, second = script.items
    if not isinstance(first, n.Letter) or not isinstance(second, n.Letter):
        return False
    glued = first.span.end == second.span.start
    return (
        glued
        and (first.text + second.text).isascii()
        and (first.text + second.text).islower()
        and len(first.text + second.text) == 2
    )


def letters_of(script: n.Notation) -> set[str]:
    """The letters of a run."""
    return {piece.text for piece in walk(script) if isinstance(piece, n.Letter)}
