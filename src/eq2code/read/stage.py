"""What the parts of the resolver ask of each other; each part answers for its own construct."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from eq2code.read import draft as d
from eq2code.read.conventions import Ledger
from eq2code.read.declare import Declared
from eq2code.read.names import Base
from eq2code.read.scope import (
    Binder,
)
from eq2code.read.scripts import Around, Occurrence
from eq2code.read.symbols import Env, Source
from eq2code.read.targets import Target
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim

GROUPING = ("(", "[", "{")
NOTHING: Mapping[str, d.Draft] = {}


class Stage:
    """The resolver, as its parts see it."""

    source: Source
    ledger: Ledger
    surroundings: tuple[Env, Around] | None = None

    def read(self, piece: n.Notation, env: Env) -> d.Draft:
        raise NotImplementedError

    def sum(
        self, piece: n.Notation, terms: tuple[n.Notation, ...], signs: tuple[str, ...], env: Env
    ) -> d.Draft:
        raise NotImplementedError

    def fraction(self, piece: n.Notation, top: n.Notation, bottom: n.Notation, env: Env) -> d.Draft:
        raise NotImplementedError

    def is_given(self, name: str) -> bool:
        raise NotImplementedError

    def product(
        self, operands: tuple[n.Notation, ...], operators: tuple[str, ...], env: Env
    ) -> d.Draft:
        raise NotImplementedError

    def tokens(self, tokens: Sequence[n.Notation | str], env: Env) -> d.Draft:
        raise NotImplementedError

    def combine(
        self,
        value: d.Draft | None,
        sign: str,
        group: list[d.Draft],
        tokens: Sequence[n.Notation | str],
        place: int,
    ) -> d.Draft:
        raise NotImplementedError

    def slash(
        self, value: d.Draft, group: list[d.Draft], tokens: Sequence[n.Notation | str], place: int
    ) -> d.Draft:
        raise NotImplementedError

    def applied_reducer(
        self,
        tokens: Sequence[n.Notation | str],
        place: int,
        big: tuple[str, n.Notation | None, n.Notation | None],
    ) -> bool:
        raise NotImplementedError

    def factor(
        self, tokens: Sequence[n.Notation | str], place: int, env: Env
    ) -> tuple[int, d.Draft]:
        raise NotImplementedError

    def unbracketed(
        self,
        token: n.Notation,
        entry: str,
        tokens: Sequence[n.Notation | str],
        place: int,
        env: Env,
    ) -> tuple[int, d.Draft]:
        raise NotImplementedError

    def evaluated(self, piece: n.Evaluated, env: Env) -> d.Draft:
        raise NotImplementedError

    def around(self, env: Env) -> Around:
        raise NotImplementedError

    def atom(self, piece: n.Notation, env: Env) -> d.Draft:
        raise NotImplementedError

    def special(self, base: Base, piece: n.Notation, env: Env) -> d.Draft | None:
        raise NotImplementedError

    def constant(self, base: Base, piece: n.Notation) -> d.Draft | None:
        raise NotImplementedError

    def symbol(self, seen: Occurrence, piece: n.Notation, base: Base, env: Env) -> d.Draft:
        raise NotImplementedError

    def internal(self, name: str, env: Env) -> str:
        raise NotImplementedError

    def source_assigned(self, name: str) -> bool:
        raise NotImplementedError

    def last_size(
        self, seen: Occurrence, base: Base, piece: n.Notation, env: Env
    ) -> d.Draft | None:
        raise NotImplementedError

    def address(
        self, value: d.Draft, places: tuple[n.Notation, ...], span: Span, env: Env
    ) -> d.Draft:
        raise NotImplementedError

    def cut_end(self, end: n.Notation, env: Env) -> Dim:
        raise NotImplementedError

    def place(self, part: n.Notation, env: Env) -> d.Draft | None:
        raise NotImplementedError

    def scripted(self, piece: n.Scripts, env: Env) -> d.Draft:
        raise NotImplementedError

    def atom_bound(self, key: str, piece: n.Notation, env: Env) -> d.Draft:
        raise NotImplementedError

    def scripted_special(self, piece: n.Scripts, base: Base, env: Env) -> d.Draft | None:
        raise NotImplementedError

    def complex_exponent(self, exponent: n.Notation, env: Env) -> Env:
        raise NotImplementedError

    def equal_places(self, piece: n.Scripts, env: Env) -> d.Draft:
        raise NotImplementedError

    def defined_power(self, piece: n.Scripts, base: Base, env: Env) -> d.Draft | None:
        raise NotImplementedError

    def scripted_group(self, piece: n.Scripts, env: Env) -> d.Draft:
        raise NotImplementedError

    def raise_(self, value: d.Draft, script: n.Notation, span: Span, env: Env) -> d.Draft:
        raise NotImplementedError

    def fence(self, piece: n.Fence, env: Env) -> d.Draft:
        raise NotImplementedError

    def join(self, body: n.Items, env: Env, span: Span) -> d.Join:
        raise NotImplementedError

    def norm(self, piece: n.Fence, order: n.Notation | None, env: Env, span: Span) -> d.Draft:
        raise NotImplementedError

    def inner(self, piece: n.Fence, env: Env) -> d.Draft:
        raise NotImplementedError

    def grid(
        self, piece: n.Notation, kind: str, rows: tuple[tuple[n.Notation, ...], ...], env: Env
    ) -> d.Draft:
        raise NotImplementedError

    def cases(self, piece: n.Grid, env: Env) -> d.Draft:
        raise NotImplementedError

    def indicator(self, piece: n.Notation, env: Env) -> d.Draft:
        raise NotImplementedError

    def condition(self, piece: n.Notation, env: Env) -> d.Draft:
        raise NotImplementedError

    def big(
        self,
        token: n.Notation,
        big: tuple[str, n.Notation | None, n.Notation | None],
        rest: Sequence[n.Notation | str],
        env: Env,
    ) -> d.Draft:
        raise NotImplementedError

    def scope_end(
        self,
        token: n.Notation,
        big: tuple[str, n.Notation | None, n.Notation | None],
        tokens: Sequence[n.Notation | str],
        place: int,
        env: Env,
    ) -> int:
        raise NotImplementedError

    def unindexed(
        self, operation: str, rest: list[n.Notation | str], env: Env, span: Span
    ) -> d.Draft:
        raise NotImplementedError

    def loose_letters(self, rest: Sequence[n.Notation | str], env: Env) -> list[str]:
        raise NotImplementedError

    def bind(
        self, bound: Sequence[Binder], inner: dict[str, d.Binding | d.Draft], env: Env
    ) -> tuple[list[d.Binding], list[d.Draft]]:
        raise NotImplementedError

    def binding(self, binder: Binder, env: Env) -> d.Binding:
        raise NotImplementedError

    def elements(self, binder: Binder, binding: d.Binding, env: Env) -> d.Draft | None:
        raise NotImplementedError

    def inside(self, within: n.Notation, binding: d.Binding, env: Env) -> d.Draft | None:
        raise NotImplementedError

    def set_size(self, piece: n.Notation, env: Env) -> d.Draft | None:
        raise NotImplementedError

    def belongs(self, left: n.Notation, right: n.Notation, env: Env) -> d.Draft:
        raise NotImplementedError

    def limit(self, binder: Binder, binding: d.Binding, env: Env) -> list[d.Draft]:
        raise NotImplementedError

    def note_size(self, end: n.Notation) -> None:
        raise NotImplementedError

    def dim(self, piece: n.Notation, env: Env) -> Dim | None:
        raise NotImplementedError

    def applies(self, token: n.Notation, fence: n.Fence, env: Env) -> bool:
        raise NotImplementedError

    def function_name(self, name: str) -> bool:
        raise NotImplementedError

    def entry_of(self, token: n.Notation) -> str | None:
        raise NotImplementedError

    def bare_function(self, token: n.Notation, after: n.Notation | str | None) -> str | None:
        raise NotImplementedError

    def application(
        self, token: n.Notation, fence: n.Fence, written: n.Notation, env: Env
    ) -> d.Draft | None:
        raise NotImplementedError

    def applied(
        self,
        token: n.Notation,
        seen: Occurrence,
        base: Base,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        env: Env,
        *,
        raised: bool = False,
    ) -> d.Draft | None:
        raise NotImplementedError

    def is_factor(self, token: n.Notation, base: Base, fence: n.Fence, *, raised: bool) -> bool:
        raise NotImplementedError

    def unknown_application(
        self,
        token: n.Notation,
        seen: Occurrence,
        base: Base,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        span: Span,
        *,
        raised: bool,
    ) -> d.Draft | None:
        raise NotImplementedError

    @staticmethod
    def is_unit(base: Base) -> bool:
        raise NotImplementedError

    def addressed(
        self,
        seen: Occurrence,
        token: n.Notation,
        base: Base,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        env: Env,
    ) -> d.Draft | None:
        raise NotImplementedError

    def component(
        self, token: n.Notation, base: Base, arguments: tuple[n.Notation, ...], span: Span, env: Env
    ) -> d.Draft | None:
        raise NotImplementedError

    def raised(self, value: d.Draft, seen: Occurrence, env: Env) -> d.Draft:
        raise NotImplementedError

    def declared_call(
        self, name: str, declared: Declared, arguments: tuple[n.Notation, ...], span: Span, env: Env
    ) -> d.Draft:
        raise NotImplementedError

    def source_call(
        self,
        name: str,
        seen: Occurrence,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        span: Span,
        env: Env,
    ) -> d.Draft:
        raise NotImplementedError

    def indexed_call(
        self,
        name: str,
        target: Target,
        arguments: tuple[n.Notation, ...],
        span: Span,
        env: Env,
    ) -> d.Draft:
        raise NotImplementedError

    def family_of(self, token: n.Notation, base: Base) -> Target | None:
        raise NotImplementedError

    def inline(
        self,
        target: Target,
        values: list[d.Draft],
        seen: Occurrence,
        span: Span,
        env: Env,
        extra: Mapping[str, d.Draft] = NOTHING,
    ) -> d.Draft:
        raise NotImplementedError

    def body(self, target: Target, env: Env) -> d.Draft:
        raise NotImplementedError

    def derived_name(self, token: n.Notation) -> str | None:
        raise NotImplementedError

    def derivative_of(
        self, name: str, arguments: tuple[n.Notation, ...], span: Span, env: Env, *, times: int
    ) -> d.Draft:
        raise NotImplementedError

    def gradient(
        self,
        target: Target,
        which: int,
        values: list[d.Draft],
        span: Span,
        env: Env,
        *,
        elementwise: bool = False,
    ) -> d.Draft:
        raise NotImplementedError

    def nabla(
        self, tokens: Sequence[n.Notation | str], place: int, env: Env
    ) -> tuple[int, d.Draft]:
        raise NotImplementedError

    def by_which(
        self, by: n.Notation | None, target: Target, arguments: tuple[n.Notation, ...], span: Span
    ) -> int:
        raise NotImplementedError

    def call(
        self,
        token: n.Notation,
        entry: str,
        arguments: Sequence[n.Notation | d.Draft],
        env: Env,
        span: Span = NOWHERE,
    ) -> d.Draft:
        raise NotImplementedError

    def plain_call(self, entry: str, values: list[d.Draft], span: Span) -> d.Draft:
        raise NotImplementedError

    def subscripted(
        self, entry: str, sub: n.Notation, values: list[d.Draft], span: Span, env: Env
    ) -> d.Draft | None:
        raise NotImplementedError

    def logarithm(self, sub: n.Notation, values: list[d.Draft], span: Span, env: Env) -> d.Draft:
        raise NotImplementedError

    def check_circle(self, above: n.Notation, below: n.Notation) -> None:
        raise NotImplementedError

    def anew(self, target: Target, seen: Occurrence, span: Span, env: Env) -> d.Draft:
        raise NotImplementedError

    def unfold(self, target: Target, seen: Occurrence, span: Span, env: Env, inner: Env) -> d.Draft:
        raise NotImplementedError

    def depends(self, target: Target, names: Iterable[str]) -> bool:
        raise NotImplementedError

    def names_function(self, rest: Sequence[n.Notation | str], env: Env) -> bool:
        raise NotImplementedError

    def gradient_of_expression(
        self,
        by: n.Notation,
        rest: Sequence[n.Notation | str],
        span: Span,
        env: Env,
        times: int = 1,
    ) -> d.Draft:
        raise NotImplementedError

    def leibniz(
        self, token: n.Fraction, rest: Sequence[n.Notation | str], env: Env
    ) -> tuple[int, d.Draft]:
        raise NotImplementedError
