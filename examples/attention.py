"""Attention, from the formula in the paper to numbers, in NumPy and in PyTorch."""

import numpy as np
import torch

from eq2code import translate

attention = translate(
    r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V"
)
print(attention)

for assumption in attention.assumptions:
    print("assumed:", assumption)

rng = np.random.default_rng(0)
Q, K, V = rng.normal(size=(8, 4, 64)), rng.normal(size=(8, 5, 64)), rng.normal(size=(8, 5, 32))
result = attention(Q, K, V)
print("batch of 8:", result.shape)

there = attention.to("torch")
same = there(*(torch.as_tensor(array) for array in (Q, K, V)))
print("largest difference to PyTorch:", float(np.abs(same.numpy() - result).max()))

# A mask is added where the formula adds one: 0 where a query may look, -inf where it may not.
masked = translate("softmax(QK^T/sqrt(d_k) + M)V", name="masked_attention")
look_back = np.where(np.tril(np.ones((4, 4))), 0, -np.inf)
print("causal:", masked(Q=Q, K=K[:, :4], V=V[:, :4], M=look_back).shape)
