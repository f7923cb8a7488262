"""How does each target take its arguments? Numbers and lists become arrays of one precision.

In: what the caller passed, and what the equation says each is. Out: arrays that the emitted
function takes as they are. Floats keep their precision; numbers, lists, integers and booleans take
that of the floating arrays beside them (double where there are none). What is no array of numbers
is a `TypeError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Arrays(Protocol):
    """What `Translation` asks of a target's arrays."""

    def convert(self, values: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
        """The values as arrays, in the order of `kinds`, which says real, int, bool or complex."""

    def alike(self, value: Any, beside: Mapping[str, Any]) -> Any:
        """`value`, which a user's function returned, as an array like those of the call."""

    def own(self, result: Any, inputs: Mapping[str, Any]) -> Any:
        """`result`, copied where it shares memory with an input."""

    def ends(self, array: Any) -> tuple[int, ...]:
        """The smallest and the largest of some whole numbers; nothing where they are not known."""


class NumpyArrays:
    """Arguments for NumPy."""

    def convert(self, values: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
        real, complex_ = self._precision(values.values())
        wanted = {"complex": complex_, "int": "int64", "bool": "bool"}
        return {
            name: self._one(name, values[name], kind, wanted.get(kind, real))
            for name, kind in kinds.items()
        }

    def alike(self, value: Any, beside: Mapping[str, Any]) -> Any:
        import numpy as np

        real, _ = self._precision(beside.values())
        array = np.asarray(value)
        _check_result(array.dtype.kind, value)
        return array if array.dtype.kind in "fc" else array.astype(real)

    def own(self, result: Any, inputs: Mapping[str, Any]) -> Any:
        import numpy as np

        def apart(part: Any) -> Any:
            shared = isinstance(part, np.ndarray) and any(
                np.may_share_memory(part, v) for v in inputs.values()
            )
            return part.copy() if shared else part

        return _each(result, apart)

    def ends(self, array: Any) -> tuple[int, ...]:
        return (int(array.min()), int(array.max())) if array.size else ()

    def _precision(self, values: Any) -> tuple[Any, Any]:
        """The real and the complex type of the floating arrays among `values`."""
        import numpy as np

        arrays = (value for value in values if isinstance(value, (np.ndarray, np.generic)))
        dtypes = [array.dtype for array in arrays if array.dtype.kind in "fc"]
        common = np.result_type(*dtypes) if dtypes else np.dtype(np.float64)
        real = np.empty(0, common).real.dtype
        return real, np.result_type(real, np.complex64)

    def _one(self, name: str, value: Any, kind: str, dtype: Any) -> Any:
        import numpy as np

        if isinstance(value, np.ma.MaskedArray):
            raise TypeError(
                f"{name} is a masked array, and its mask would be lost; pass {name}.filled(…)"
            )
        try:
            array = np.asarray(value)
        except (ValueError, RuntimeError, TypeError) as error:
            raise TypeError(f"{name} is no array of numbers: {error}") from None
        _check_type(name, kind, array.dtype.kind, array.dtype)
        if isinstance(value, (np.ndarray, np.generic)) and _fits(kind, array.dtype.kind):
            return array
        converted = array.astype(dtype, copy=False)
        if kind in ("int", "bool") and not np.array_equal(converted, array):
            raise TypeError(_not_whole(name, kind))
        return converted


class TorchArrays:
    """Arguments for PyTorch: the tensors' device is kept, and so is their autograd graph."""

    def convert(self, values: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
        import torch

        real, complex_, device = self._precision(values.values())
        wanted = {"complex": complex_, "int": torch.int64, "bool": torch.bool}
        return {
            name: self._one(name, values[name], kind, wanted.get(kind, real), device)
            for name, kind in kinds.items()
        }

    def alike(self, value: Any, beside: Mapping[str, Any]) -> Any:
        import numpy as np
        import torch

        real, _, device = self._precision(beside.values())
        if not isinstance(value, torch.Tensor):
            _check_result(np.asarray(value).dtype.kind, value)
        tensor = value if isinstance(value, torch.Tensor) else torch.as_tensor(value, device=device)
        return tensor if tensor.is_floating_point() or tensor.is_complex() else tensor.to(real)

    def own(self, result: Any, inputs: Mapping[str, Any]) -> Any:
        import torch

        places = {_place(value) for value in inputs.values() if isinstance(value, torch.Tensor)}

        def apart(part: Any) -> Any:
            where = _place(part) if isinstance(part, torch.Tensor) else None
            return part if where is None or where not in places else part.clone()

        return _each(result, apart)

    def ends(self, array: Any) -> tuple[int, ...]:
        try:
            return (int(array.min()), int(array.max())) if array.numel() else ()
        except RuntimeError:  # inside vmap and grad a tensor holds no numbers
            return ()

    def _precision(self, values: Any) -> tuple[Any, Any, Any]:
        """The real and the complex type of the floating tensors in `values`, and the device."""
        import torch

        tensors = [value for value in values if isinstance(value, torch.Tensor)]
        found = [t for t in tensors if t.is_floating_point() or t.is_complex()]
        # As in PyTorch, a tensor without dimensions decides only where there is no other.
        floating = [t.dtype for t in found if t.dim()] or [t.dtype for t in found]
        common = floating[0] if floating else torch.float64
        for dtype in floating[1:]:
            common = torch.promote_types(common, dtype)
        device = max(tensors, key=lambda t: t.dim()).device if tensors else None
        real = common.to_real() if common.is_complex else common
        return real, torch.promote_types(real, torch.complex32), device

    def _one(self, name: str, value: Any, kind: str, dtype: Any, device: Any) -> Any:
        import torch

        tensor = value if isinstance(value, torch.Tensor) else self._tensor(name, value, device)
        _check_type(name, kind, _letter(tensor), tensor.dtype)
        if (
            isinstance(value, torch.Tensor)
            and _fits(kind, _letter(tensor))
            and tensor.dtype == dtype
        ):
            return tensor
        converted = tensor.to(dtype)
        if kind in ("int", "bool") and not torch.equal(converted.to(tensor.dtype), tensor):
            raise TypeError(_not_whole(name, kind))
        return converted

    def _tensor(self, name: str, value: Any, device: Any) -> Any:
        import numpy as np
        import torch

        try:
            array = np.asarray(value)
            _check_type(name, "complex", array.dtype.kind, array.dtype)
            return torch.as_tensor(np.array(array), device=device)
        except (ValueError, RuntimeError) as error:
            raise TypeError(f"{name} is no array of numbers: {error}") from None


def _place(tensor: Any) -> int | None:
    """Where the tensor's memory is; None inside `vmap` and `grad`, where it has none."""
    try:
        place: int = tensor.untyped_storage().data_ptr()
    except (NotImplementedError, RuntimeError):
        return None
    return place


def _letter(tensor: Any) -> str:
    """NumPy's letter for the sort of number."""
    if tensor.is_complex():
        return "c"
    if tensor.is_floating_point():
        return "f"
    return "b" if str(tensor.dtype) == "torch.bool" else "i"


_SORTS = {"U": "text", "S": "bytes", "O": "Python objects", "M": "dates", "m": "times"}


def _check_result(letter: str, value: Any) -> None:
    if letter not in "biufc":
        raise TypeError(f"a declared function must give an array of numbers, not {value!r:.40}")


def _check_type(name: str, kind: str, letter: str, dtype: Any) -> None:
    if letter not in "biufc":
        raise TypeError(f"{name} must be an array of numbers, not of {_SORTS.get(letter, dtype)}")
    if letter == "c" and kind != "complex":
        raise TypeError(
            f"{name} is complex, and the equation was read for real numbers; "
            f'declare it: shapes={{"{name}": "… : complex"}}'
        )


def _fits(kind: str, letter: str) -> bool:
    """Whether a number of that sort can stay as it is."""
    return letter in {"int": "iu", "bool": "b", "complex": "fc"}.get(kind, "f")


def _not_whole(name: str, kind: str) -> str:
    return f"{name} must hold {'whole numbers' if kind == 'int' else 'true and false (or 1 and 0)'}"


def _each(result: Any, change: Callable[[Any], Any]) -> Any:
    """`change` applied to an array, or to each field of a named tuple."""
    if not isinstance(result, tuple):
        return change(result)
    parts = [change(part) for part in result]
    if all(a is b for a, b in zip(parts, result, strict=True)):
        return result
    again: Any = type(result)
    return again(*parts)


ARRAYS: Mapping[str, Arrays] = {"numpy": NumpyArrays(), "torch": TorchArrays()}
