"""LayerNorm: a system whose lines define what later lines use."""

import numpy as np

from eq2code import translate

layer_norm = translate(
    r"""
    \begin{align}
    \mu &= \frac{1}{d} \sum_{i=1}^{d} x_i \\
    \sigma^2 &= \frac{1}{d} \sum_{i=1}^{d} (x_i - \mu)^2 \\
    y_i &= \gamma_i \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta_i
    \end{align}
    """,
    name="layer_norm",
    outputs=("y",),
)
print(layer_norm)
print(layer_norm.shapes)

x = np.random.default_rng(0).normal(size=(2, 3, 16))
y = layer_norm(x=x, gamma=np.ones(16), beta=np.zeros(16), epsilon=1e-5)
print("mean", float(np.abs(y.mean(axis=-1)).max()), "variance", float(y.var(axis=-1).mean()))
assert np.allclose(y.mean(axis=-1), 0)
