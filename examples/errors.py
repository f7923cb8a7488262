"""What eq2code says when something does not fit."""

import numpy as np

from eq2code import Eq2CodeError, translate


def show(source: str, **options: object) -> None:
    """Print what `translate` has to say about `source`."""
    try:
        print(repr(translate(source, **options)))
    except Eq2CodeError as error:
        print(f"{type(error).__name__}: {error}")
    print()


show(r"A = \sotfmax\left(\frac{QK^\top}{\sqrt{d_k}}\right) V")
show(r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}} V")
show("x y", shapes={"x": "n", "y": "n"})
show("A x", shapes={"A": "n n", "x": "m"})
show(r"\iint_D f(x, y) \, dx \, dy")

attention = translate("softmax(QK^T/sqrt(d_k))V")
try:
    attention(np.ones((4, 64)), np.ones((5, 32)), np.ones((5, 2)))
except Eq2CodeError as error:
    print(f"{type(error).__name__}: {error}")
