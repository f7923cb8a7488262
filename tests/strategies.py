"""Inputs for property tests: shapes, batches, precisions, and numbers from tiny to extreme."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eq2code.emit import targets

BACKENDS = targets
"""Every target: what is tested for one is tested for all."""
DTYPES = (np.float32, np.float64)

sizes = st.integers(1, 4)


def batches(*core: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Leading dimensions: none, one, two, and those that equal a dimension of the item."""
    return st.sampled_from([(), (1,), (2,), (2, 3), *((size,) for size in core)])


def arrays(
    shape: tuple[int, ...], dtype: Any, largest: float = 8.0
) -> st.SearchStrategy[np.ndarray[Any, Any]]:
    """Arrays of ordinary numbers up to `largest`."""
    bound = float(dtype(largest))
    width = np.dtype(dtype).itemsize * 8
    elements = st.floats(-bound, bound, width=width, allow_subnormal=False)
    return hnp.arrays(dtype, shape, elements=elements)


def tolerance(dtype: Any) -> dict[str, float]:
    """How close a result of that precision must be to the reference."""
    return {"rtol": 2e-4, "atol": 2e-4} if dtype == np.float32 else {"rtol": 1e-9, "atol": 1e-9}


def to_backend(array: Any, backend: str) -> Any:
    """`array` as the backend's own."""
    if backend == "torch":
        import torch

        return torch.as_tensor(np.array(array))
    return array


def handed(value: Any, backend: str) -> Any:
    """An argument as the backend takes it: numbers stay, functions are wrapped."""
    if callable(value):
        return lambda *given: handed(value(*map(to_numpy, given)), backend)
    return value if isinstance(value, bool | int | float) else to_backend(value, backend)


def to_numpy(value: Any) -> Any:
    """A result of either backend."""
    return value.detach().numpy() if hasattr(value, "detach") else np.asarray(value)
