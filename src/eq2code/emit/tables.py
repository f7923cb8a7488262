"""Which targets are there? One table each; emitter, gate and tests go by this list."""

from __future__ import annotations

from collections.abc import Mapping

from eq2code.emit.numpy import NUMPY
from eq2code.emit.target import Target
from eq2code.emit.torch import TORCH

TARGETS: Mapping[str, Target] = {target.name: target for target in (NUMPY, TORCH)}
"""Every target by its name."""
