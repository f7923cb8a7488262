"""NumPy's table."""

from __future__ import annotations

from eq2code.emit.target import Target

NUMPY = Target(
    name="numpy",
    imports={
        "np": "import numpy as np",
        "scipy.special": "import scipy.special",
        "scipy.linalg": "import scipy.linalg",
    },
    array="np.ndarray",
    reductions={
        "sum": "{0}.sum(axis={axes})",
        "product": "{0}.prod(axis={axes})",
        "mean": "{0}.mean(axis={axes})",
        "max": "{0}.max(axis={axes})",
        "min": "{0}.min(axis={axes})",
        "argmax": "{0}.argmax(axis={axes})",
        "argmin": "{0}.argmin(axis={axes})",
        "any": "{0}.any(axis={axes})",
        "all": "{0}.all(axis={axes})",
    },
    where="np.where({0}, {1}, {2})",
    arrange="np.arange({range})",
    arrange_real="np.arange({range}, dtype={dtype})",
    swap="{0}.mT",
    move="np.moveaxis({0}, {source}, {destination})",
    spread="np.broadcast_to({0}, {shape})",
    fill="np.full({shape}, {0}, dtype={dtype})",
    ones="np.ones({shape}, dtype={dtype})",
    diagonal="np.diagonal({0}, axis1={first}, axis2={second})",
    take="np.take_along_axis({0}, {1}, axis=-1)",
    broadcast="np.broadcast_arrays({*})",
    stack="np.stack({0}, axis={axis})",
    written="np.array({0}, dtype={dtype})",
    einsum="np.einsum({subscripts}, {0}, {1})",
    logical_not="np.logical_not({0})",
    cast="np.asarray({0}, dtype={dtype})",
    truth="{0}.astype({dtype})",
    whole="{0}.astype(np.int64)",
    choose_numbers="np.where({0}, {1}, {2}).astype({dtype})",
    common_shape="np.broadcast_shapes({*})",
    keep="keepdims=True",
    dtype="{0}.dtype",
    real_dtype="{0}.real.dtype",
    no_dtype="np.float64",
    numbers={},
)
