"""Which steps bring a source to the one form that is read?

In: notation as it was parsed. Out: notation in which each thing is written in one way, and the
survey of it. A step is made only where a look at the source finds what it is for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from eq2code import library
from eq2code.read.branches import branches
from eq2code.read.conventions import Ledger
from eq2code.read.ellipses import Ellipses
from eq2code.read.expectation import Expectations, has_expectations
from eq2code.read.gathered import gathered
from eq2code.read.limit import LIMIT, limits
from eq2code.read.normal import DELTA, joined, normal, ranges, rows
from eq2code.read.numbered import numbered
from eq2code.read.primes import Primes
from eq2code.read.raised import raised
from eq2code.read.remarks import remarks
from eq2code.read.scope import REDUCERS, Survey, survey
from eq2code.read.spelled import spelled
from eq2code.read.styles import dressed
from eq2code.read.tables import tables
from eq2code.read.unapplied import unapplied
from eq2code.record import record
from eq2code.trees import notation as n


@record
class Page:
    """A source between two steps: its notation, what a look at it tells, and what the user says."""

    document: n.Document
    found: Survey
    shapes: Mapping[str, str]
    ledger: Ledger


def prepared(
    document: n.Document, shapes: Mapping[str, str], ledger: Ledger
) -> tuple[n.Document, Survey]:
    """A source in the one form that is read from here on, and what a look at it tells."""
    document = remarks(branches(document), ledger)
    found = survey(document)
    for is_asked, step in STEPS:
        if is_asked(found):
            made = step(Page(document, found, shapes, ledger))
            if made is not document:
                document, found = made, survey(made)
    made, indices = spelled(numbered(document, found, shapes), found, shapes)
    if made is not document:
        document, found = made, survey(made)
    found.bound |= indices
    return document, found


def _differences(page: Page) -> n.Document:
    return normal(page.document, frozenset(page.shapes))


def _limits(page: Page) -> n.Document:
    return limits(page.document)


def _primes(page: Page) -> n.Document:
    primes = Primes(page.document, page.shapes, page.found.bound, page.ledger)
    return primes.document(page.document)


def _expectations(page: Page) -> n.Document:
    if "E" in page.shapes or not has_expectations(page.document):
        return page.document
    used = page.found.texts | page.found.bound
    return Expectations(page.shapes, used, page.ledger).document(page.document)


def _ellipses(page: Page) -> n.Document:
    return Ellipses(page.found.texts | page.found.bound).document(ranges(page.document))


def _joins(page: Page) -> n.Document:
    joiners = {w for w in page.found.lowered if (e := library.find(w)) and e.name == "concat"}
    return joined(page.document, frozenset(joiners)) if joiners else page.document


def _cuts(page: Page) -> n.Document:
    return rows(page.document, page.found, page.shapes)


def _styles(page: Page) -> n.Document:
    return dressed(page.document, page.found.told_apart, page.shapes)


def _powers(page: Page) -> n.Document:
    return raised(page.document, page.found, page.shapes)


def _names(page: Page) -> n.Document:
    return unapplied(page.document, page.found)


def _gathers(page: Page) -> n.Document:
    return gathered(page.document, page.found, page.shapes)


def _tables(page: Page) -> n.Document:
    return tables(page.document, page.found)


# Each step behind what asks for it; a step reads what those before it have written.
STEPS: tuple[tuple[Callable[[Survey], object], Callable[[Page], n.Document]], ...] = (
    (lambda found: DELTA in found.texts, _differences),
    (lambda found: LIMIT in found.lowered, _limits),
    (lambda found: not found.lowered.isdisjoint(REDUCERS), _names),
    (lambda found: found.primed, _primes),
    (lambda found: "E" in found.texts, _expectations),
    (lambda found: found.dotted, _ellipses),
    (lambda found: found.lowered, _joins),
    (lambda found: found.cut, _cuts),
    (lambda found: len(found.texts) < len(found.letters), _styles),
    (lambda found: found.of(n.Scripts), _powers),
    (lambda found: found.of(n.Fence) and found.listed, _gathers),
    (lambda found: found.of(n.Fence), _tables),
)
