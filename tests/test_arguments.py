"""What a call takes: numbers, lists and arrays become arrays of one precision, or are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from eq2code.emit.arguments import ARRAYS

NUMPY, TORCH = ARRAYS["numpy"], ARRAYS["torch"]


def numpy(kind: str = "real", **values: Any) -> dict[str, Any]:
    return NUMPY.convert(values, dict.fromkeys(values, kind))


def tensors(kind: str = "real", **values: Any) -> dict[str, Any]:
    return TORCH.convert(values, dict.fromkeys(values, kind))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_numpy_keeps_the_precision_of_the_arrays(dtype: type) -> None:
    x = np.ones(3, dtype)
    found = numpy(x=x, number=0.5, whole=2, row=[1, 2], flags=np.array([True]), counts=np.arange(2))
    assert found["x"] is x
    assert {value.dtype for value in found.values()} == {np.dtype(dtype)}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_torch_keeps_the_precision_of_the_tensors(dtype: torch.dtype) -> None:
    x = torch.ones(3, dtype=dtype)
    found = tensors(
        x=x, number=0.5, whole=2, row=[1, 2], flags=torch.tensor([True]), array=np.ones(2)
    )
    assert found["x"] is x
    assert {value.dtype for value in found.values()} == {dtype}


def test_without_a_floating_array_numbers_are_double() -> None:
    assert {v.dtype for v in numpy(x=1, y=[0.5], z=np.arange(3)).values()} == {np.dtype(float)}
    assert {v.dtype for v in tensors(x=1, y=[0.5], z=torch.arange(3)).values()} == {torch.float64}


def test_small_integers_do_not_wrap() -> None:
    found = numpy(x=np.array([200], np.uint8), y=np.array([201], np.uint8))
    assert found["x"] - found["y"] == -1


def test_torch_keeps_the_graph() -> None:
    x = torch.ones(3, requires_grad=True)
    assert tensors(x=x, y=torch.ones(3, dtype=torch.float64))["x"].requires_grad


@pytest.mark.parametrize("target", ARRAYS)
def test_what_a_users_function_gives_is_made_real(target: str) -> None:
    """Whole numbers beside arrays of single precision would make them double, or wrap."""
    arrays = ARRAYS[target]
    beside = arrays.convert({"x": np.ones(2, np.float32)}, {"x": "real"})
    for given in (3, [1, 2], np.arange(2), np.array([True, False])):
        found = arrays.alike(given, beside)
        assert "float" in str(found.dtype)
        assert found.dtype == beside["x"].dtype


def test_numpy_scalars_and_0d_arrays() -> None:
    found = numpy(x=np.float32(0.5), y=0.25)
    assert found["x"].dtype == found["y"].dtype == np.float32
    assert found["y"].shape == ()


def test_a_tensor_without_dimensions_takes_on_the_precision() -> None:
    found = tensors(x=torch.ones(3), y=torch.tensor(0.5, dtype=torch.float64))
    assert found["y"].dtype == torch.float32


def test_complex_only_where_the_equation_says_so() -> None:
    with pytest.raises(TypeError, match="complex"):
        numpy(x=np.array([1j]))
    with pytest.raises(TypeError, match="complex"):
        tensors(x=1j)
    assert numpy("complex", x=np.ones(1, np.complex64), y=[1.0])["y"].dtype == np.complex64
    assert tensors("complex", x=torch.ones(1), y=[1j])["y"].dtype == torch.complex64


@pytest.mark.parametrize("convert", [numpy, tensors])
def test_whole_numbers(convert: Any) -> None:
    assert str(convert("int", i=[1, 2])["i"].dtype).endswith("int64")
    assert str(convert("int", i=[1.0, 2.0])["i"].dtype).endswith("int64")
    with pytest.raises(TypeError, match="whole numbers"):
        convert("int", i=[0.5])


@pytest.mark.parametrize("convert", [numpy, tensors])
def test_masks(convert: Any) -> None:
    assert str(convert("bool", m=[True, False])["m"].dtype).endswith("bool")
    assert str(convert("bool", m=[1, 0])["m"].dtype).endswith("bool")
    with pytest.raises(TypeError, match="true and false"):
        convert("bool", m=[2, 0])


@pytest.mark.parametrize("convert", [numpy, tensors])
@pytest.mark.parametrize(
    "value",
    ["text", None, object(), [[1, 2], [3]], ["a"], {"a": 1}, b"bytes", np.array([None])],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_array_of_numbers_is_refused(convert: Any, value: Any) -> None:
    with pytest.raises(TypeError, match=r"^x "):
        convert(x=value)


def test_a_mask_is_not_lost() -> None:
    with pytest.raises(TypeError, match="mask"):
        numpy(x=np.ma.masked_array([1.0, 2.0], [True, False]))


@pytest.mark.parametrize(
    "view", [lambda x: x[::-1], lambda x: x[::2], lambda x: np.broadcast_to(x[0], 3)]
)
def test_any_layout_is_taken(view: Any) -> None:
    x = np.arange(6.0)
    assert np.array_equal(numpy(x=view(x))["x"], view(x))
    assert np.array_equal(tensors(x=view(x))["x"].numpy(), view(x))


def test_a_read_only_array_is_not_shared_with_torch() -> None:
    x = np.ones(3)
    x.setflags(write=False)
    tensors(x=x)["x"][0] = 2
    assert x[0] == 1


def test_results_own_their_memory() -> None:
    x = np.arange(6.0).reshape(2, 3)
    assert not np.shares_memory(NUMPY.own(x.T, {"x": x}), x)
    t = torch.ones(2, 3)
    assert TORCH.own(t.mT, {"t": t}).data_ptr() != t.data_ptr()
