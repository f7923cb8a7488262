r"""Functions that put arrays together: concatenation, stacking, and products of two arrays."""

from __future__ import annotations

from eq2code.library.entry import Entry

_PAIR = ("x", "y")

ENTRIES: tuple[Entry, ...] = (
    Entry(
        name="concat",
        signature="*",
        sentence="Puts arrays one after the other along an axis that they already have.",
        spellings=("Concat", "concatenate", "Concatenate", "cat", "CONCAT", "Cat"),
        arguments=_PAIR,
        numpy="np.concatenate(({*}), axis={axis})",
        torch="torch.cat(({*}), dim={axis})",
        trusted="numpy.concatenate",
        options=("axis",),
    ),
    Entry(
        name="stack",
        signature="*",
        sentence="Puts arrays of one shape side by side along a new axis.",
        spellings=("Stack",),
        arguments=_PAIR,
        numpy="np.stack(({*}), axis={axis})",
        torch="torch.stack(({*}), dim={axis})",
        trusted="numpy.stack",
        options=("axis",),
    ),
    Entry(
        name="outer",
        signature="(n),(m) -> (n,m)",
        sentence="Every element of one vector times every element of another.",
        spellings=("Outer", "outer_product"),
        arguments=_PAIR,
        meaning=r"\operatorname{outer}(x, y)_{ij} = x_i y_j",
        numpy="{0}[..., :, None] * {1}[..., None, :]",
        torch="{0}[..., :, None] * {1}[..., None, :]",
        trusted="numpy.outer",
    ),
    Entry(
        name="kron",
        signature="(n,m),(p,q) -> (n*p,m*q)",
        sentence="Every element of one matrix times the whole of another, block by block.",
        spellings=("Kron", "kronecker"),
        arguments=("A", "B"),
        numpy=(
            "{blocks} = {0}[..., :, None, :, None] * {1}[..., None, :, None, :]",
            "{rows} = {0}.shape[-2] * {1}.shape[-2]",
            "{columns} = {0}.shape[-1] * {1}.shape[-1]",
            "{blocks}.reshape({blocks}.shape[:-4] + ({rows}, {columns}))",
        ),
        torch=(
            "{blocks} = {0}[..., :, None, :, None] * {1}[..., None, :, None, :]",
            "{rows} = {0}.shape[-2] * {1}.shape[-2]",
            "{columns} = {0}.shape[-1] * {1}.shape[-1]",
            "{blocks}.reshape({blocks}.shape[:-4] + ({rows}, {columns}))",
        ),
        trusted="numpy.kron",
    ),
    Entry(
        name="cross",
        signature="(3),(3) -> (3)",
        sentence="The vector at right angles to two others, as long as the area between them.",
        spellings=("Cross",),
        arguments=_PAIR,
        numpy="np.linalg.cross({0}, {1})",
        # torch.linalg.cross wants the same number of batch axes in both.
        torch=(
            "{forth} = torch.roll({0}, -1, dims=-1) * torch.roll({1}, -2, dims=-1)",
            "{forth} - torch.roll({0}, -2, dims=-1) * torch.roll({1}, -1, dims=-1)",
        ),
        trusted="numpy.cross",
    ),
    Entry(
        name="convolve",
        signature="(n),(m) -> (n+m-1)",
        sentence="Slides one signal, reversed, along another and adds up the products.",
        spellings=("Convolve", "conv1d_full"),
        arguments=_PAIR,
        # At place k the element of x that meets y_j is x_{k-j}; outside x it counts as 0.
        numpy=(
            "{length} = {0}.shape[-1]",
            "{lag} = np.arange({length} + {1}.shape[-1] - 1)[:, None] - np.arange({1}.shape[-1])",
            "{inside} = ({lag} >= 0) & ({lag} < {length})",
            "{windows} = np.where({inside}, {0}[..., {lag} % {length}], 0)",
            "({windows} @ {1}[..., None])[..., 0]",
        ),
        torch=(
            "{length} = {0}.shape[-1]",
            "{place} = torch.arange({length} + {1}.shape[-1] - 1, device={0}.device)",
            "{lag} = {place}[:, None] - torch.arange({1}.shape[-1], device={0}.device)",
            "{inside} = ({lag} >= 0) & ({lag} < {length})",
            "{windows} = torch.where({inside}, {0}[..., {lag} % {length}], 0)",
            "({windows} @ {1}[..., None])[..., 0]",
        ),
        trusted="numpy.convolve",
    ),
)
