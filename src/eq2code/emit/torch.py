"""PyTorch's table."""

from __future__ import annotations

from eq2code.emit.target import Target

TORCH = Target(
    name="torch",
    imports={"torch": "import torch"},
    array="torch.Tensor",
    reductions={
        "sum": "{0}.sum(dim={axes})",
        "product": "{0}.prod(dim={axes})",
        "mean": "{0}.mean(dim={axes})",
        "max": "{0}.amax(dim={axes})",
        "min": "{0}.amin(dim={axes})",
        "argmax": "{0}.argmax(dim={axes})",
        "argmin": "{0}.argmin(dim={axes})",
        "any": "{0}.any(dim={axes})",
        "all": "{0}.all(dim={axes})",
    },
    where="torch.where({0}, {1}, {2})",
    arrange="torch.arange({range}, device={device})",
    arrange_real="torch.arange({range}, dtype={dtype}, device={device})",
    swap="{0}.mT",
    move="torch.movedim({0}, {source}, {destination})",
    spread="torch.broadcast_to({0}, {shape})",
    fill="torch.full({shape}, {0}, dtype={dtype}, device={device})",
    ones="torch.ones({shape}, dtype={dtype}, device={device})",
    diagonal="torch.diagonal({0}, dim1={first}, dim2={second})",
    take="torch.take_along_dim({0}, {1}, dim=-1)",
    broadcast="torch.broadcast_tensors({*})",
    stack="torch.stack({0}, dim={axis})",
    written="torch.tensor({0}, dtype={dtype}, device={device})",
    einsum="torch.einsum({subscripts}, {0}, {1})",
    logical_not="torch.logical_not({0})",
    cast="torch.as_tensor({0}, dtype={dtype}, device={device})",
    truth="{0}.to({dtype})",
    choose_numbers="torch.where({0}, torch.as_tensor({1}, dtype={dtype}, device={device}), {2})",
    common_shape="torch.broadcast_shapes({*})",
    keep="keepdim=True",
    dtype="{0}.dtype",
    no_dtype="torch.float64",
    device="{0}.device",
    no_device='"cpu"',
    wrap="torch.as_tensor({0}, dtype={dtype}, device={device})",
    flag="torch.as_tensor({0}, device={device})",
    single=frozenset({"product", "argmax", "argmin"}),
    numbers={
        "maximum": "torch.clamp({0}, min={1})",
        "minimum": "torch.clamp({0}, max={1})",
    },
)
