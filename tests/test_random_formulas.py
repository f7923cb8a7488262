"""Random formulas: what is emitted for each target gives what the oracle gives, batched and not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import Phase, event, find, given, note, reject, settings
from hypothesis import strategies as st

from eq2code.api import _derivatives
from eq2code.emit import emit
from eq2code.emit.arguments import ARRAYS
from eq2code.errors import EmissionError, Eq2CodeError, UnsupportedError
from eq2code.lower import lower
from eq2code.rewrite.derive import remove_gradients
from eq2code.trees import formula
from eq2code.trees.formula import Formula, Function
from eq2code.trees.program import Program
from eq2code.verify import compare, draw
from eq2code.verify.oracle import evaluate
from formulas import Example, elementwise_examples, examples, gradient_examples
from strategies import BACKENDS

TARGETS = BACKENDS
SEED = st.integers(0, 1000)


KINDS = sorted(
    (kind for kind in vars(formula).values() if isinstance(kind, type) and kind is not Formula),
    key=lambda kind: kind.__name__,
)
DRAWN = [kind for kind in KINDS if issubclass(kind, Formula) and kind is not formula.Slope]


@pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: kind.__name__)
def test_every_kind_of_formula_is_drawn(kind: type[Formula]) -> None:
    """What no random formula holds would never be compared; a `Slope` is left by derivatives."""
    drawn = gradient_examples() if kind is formula.Gradient else examples()
    find(
        drawn,
        lambda one: any(
            isinstance(node, kind) for made in one.system.definitions for node in made.body.walk()
        ),
        settings=settings(max_examples=3000, phases=[Phase.generate], database=None),
    )


# --- how a system is run ------------------------------------------------------


def batched(function: Callable[..., Any], declared: Function) -> Callable[..., Any]:
    """A function of nested lists as one of whole arrays with leading batch axes."""
    ranks = [len(core) for core in declared.arguments]

    def whole(*arrays: Any) -> Any:
        values = [np.asarray(array) for array in arrays]
        fronts = [v.shape[: v.ndim - rank] for v, rank in zip(values, ranks, strict=True)]
        front = np.broadcast_shapes(*fronts)
        spread = [
            np.broadcast_to(v, front + v.shape[v.ndim - rank :])
            for v, rank in zip(values, ranks, strict=True)
        ]
        items = [function(*(v[place].tolist() for v in spread)) for place in np.ndindex(front)]
        return np.reshape(np.array(items, dtype=np.float64), front + np.shape(items[0]))

    return whole


def differentiable(declared: Function, sizes: Mapping[str, int]) -> Callable[..., Any]:
    """What `draw.function` makes up, of whole tensors, so that PyTorch can differentiate it."""
    ranks = [len(core) for core in declared.arguments]
    shape = draw.lengths(declared.result, sizes)

    def whole(*tensors: Any) -> Any:
        pairs = list(zip(tensors, ranks, strict=True))
        front = torch.broadcast_shapes(*(v.shape[: v.ndim - rank] for v, rank in pairs))
        flat = [
            torch.broadcast_to(v, front + v.shape[v.ndim - rank :]).reshape((*front, -1))
            for v, rank in pairs
        ]
        elements = torch.cat(flat, -1)
        total = (elements * torch.arange(1, elements.shape[-1] + 1)).nansum(-1, keepdim=True)
        return torch.sin(total / 3 + torch.arange(math.prod(shape))).reshape((*front, *shape))

    return whole


def compiled(example: Example) -> Program:
    """The program, or a rejected example where it cannot be said in whole arrays."""
    try:
        return lower(example.system)
    except EmissionError as error:
        event(f"refused: {error.message[:40]}")
        reject()


def called(
    example: Example, program: Program, target: str, values: Mapping[str, Any]
) -> tuple[Any, ...]:
    """The results of the emitted function, as arrays."""
    code = emit(program, target=target)
    note(code.text)
    kinds: dict[str, str] = {}
    functions: dict[str, Any] = {}
    for parameter in example.system.parameters:
        if isinstance(parameter.value, Function):
            given_ = values[parameter.name]
            functions[parameter.name] = (
                batched(given_, parameter.value)
                if target == "numpy"
                else differentiable(parameter.value, example.sizes)
            )
        else:
            kinds[parameter.name] = parameter.value.kind
    arrays = {name: np.asarray(values[name]) for name in kinds}
    if target == "torch":
        arrays = {name: torch.as_tensor(array) for name, array in arrays.items()}
    ready = ARRAYS[target].convert(arrays, kinds)
    with np.errstate(all="ignore"):
        result = code.function(**{p: {**ready, **functions}[p] for p in code.parameters})
    results = result if isinstance(result, tuple) else (result,)
    return tuple(np.asarray(part) for part in results)


def differs(found: Sequence[Any], wanted: Sequence[Any]) -> str | None:
    for place, (a, b) in enumerate(zip(found, wanted, strict=True)):
        if told := compare.difference(a, b, relative=1e-7, absolute=1e-7):
            return f"result {place}: {told}"
    return None


# --- the laws -----------------------------------------------------------------


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=5 * settings.default.max_examples)
@given(example=examples(), seed=SEED)
def test_emitted_code_agrees_with_the_definition(target: str, example: Example, seed: int) -> None:
    program = compiled(example)
    values = example.arguments(seed)
    wanted = evaluate(example.system, values)
    assert differs(called(example, program, target, values), wanted) is None


@pytest.mark.parametrize("target", TARGETS)
@given(example=examples(), data=st.data())
def test_a_batch_is_the_stacked_single_calls(target: str, example: Example, data: Any) -> None:
    """The batch is as long as some axis, or longer than all; some of the arguments carry it."""
    program = compiled(example)
    length = data.draw(st.sampled_from([*example.sizes.values(), 1, 2, 6]))
    able = [argument.name for argument in program.arguments if argument.batch]
    carry = set(data.draw(st.lists(st.sampled_from(able), unique=True))) if able else set()
    carry |= set(able) if data.draw(st.booleans()) else set()
    for left, right in program.exclusive:
        if left in carry and (right in carry or left == right):
            carry.discard(left)
    items = [example.arguments(seed) for seed in range(length)]
    values = {
        name: [item[name] for item in items] if name in carry else value
        for name, value in items[0].items()
    }
    wanted = [
        evaluate(example.system, {**items[0], **{name: item[name] for name in carry}})
        for item in items
    ]
    found = called(example, program, target, values)
    outputs = example.system.outputs
    for place, (output, part) in enumerate(zip(outputs, found, strict=True)):
        stacked = [item[place] for item in wanted]
        if part.ndim == len(output.symbol.axes):
            # No argument with a batch plays a role in it.
            part = np.broadcast_to(part, (length, *part.shape))
        told = compare.difference(part, stacked, relative=1e-7, absolute=1e-7)
        assert told is None, (output.name, sorted(carry), length, told)


@pytest.mark.parametrize("target", TARGETS)
@given(example=elementwise_examples(), shape=st.sampled_from([(), (3,), (2, 3), (1,), (0, 2)]))
def test_symbols_without_a_shape_take_any(
    target: str, example: Example, shape: tuple[int, ...]
) -> None:
    program = compiled(example)
    items = {place: example.arguments(seed) for seed, place in enumerate(np.ndindex(shape))}
    names = [parameter.name for parameter in example.system.parameters]
    values = {
        name: np.reshape([item[name] for item in items.values()], shape).astype(float)
        for name in names
    }
    wanted = np.reshape(
        [evaluate(example.system, item)[0] for item in items.values()], shape
    ).astype(float)
    (found,) = called(example, program, target, values)
    if not found.shape:
        # None of the symbols plays a role in it.
        found = np.broadcast_to(found, shape)
    assert compare.difference(found, wanted, relative=1e-7, absolute=1e-7) is None


@pytest.mark.parametrize("target", TARGETS)
@given(example=gradient_examples(), seed=SEED)
def test_a_written_out_gradient_is_the_slope(target: str, example: Example, seed: int) -> None:
    """Gradients become formulas, then code; the oracle takes central differences."""
    try:
        system = remove_gradients(example.system, derivative_of=_derivatives)
    except Eq2CodeError as error:
        event(f"refused: {error.message[:40]}")
        reject()
    explicit = replace(example, system=system)
    values = example.arguments(seed)
    wanted = evaluate(example.system, values)
    try:
        found = called(explicit, compiled(explicit), target, values)
    except UnsupportedError:  # a slope of a function that is passed
        assert target == "numpy"
        reject()
    told = compare.difference(found[0], wanted[0], relative=1e-5, absolute=1e-6)
    assert told is None, told
