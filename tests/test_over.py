r"""Recurrences, all their steps at once: against loops written by hand, on every target."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from inspect import signature as inspect_signature
from typing import Any

import numpy as np
import pytest
import torch

from eq2code import DefinitionError, OptionError, ShapeError, UnsupportedError, translate
from eq2code.emit import load
from eq2code.emit.gate import inspect
from eq2code.errors import EmissionError, Eq2CodeError

Arrays = Mapping[str, Any]

N, M, T = 3, 2, 5
LSTM = r"""
i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i) \\ f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f) \\
o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o) \\ \tilde c_t = \tanh(W_c x_t + U_c h_{t-1} + b_c) \\
c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t \\ h_t = o_t \odot \tanh(c_t)"""
ADAM = r"""
m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \\ v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \\
\hat m_t = \frac{m_t}{1-\beta_1^t} \\ \hat v_t = \frac{v_t}{1-\beta_2^t} \\
\theta_t = \theta_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t}+\epsilon}"""
KALMAN = r"""
x_{t|t-1} = F x_{t-1|t-1}, \quad P_{t|t-1} = F P_{t-1|t-1} F^\top + Q \\
K_t = P_{t|t-1} H^\top (H P_{t|t-1} H^\top + R)^{-1} \\
x_{t|t} = x_{t|t-1} + K_t (y_t - H x_{t|t-1}), \quad P_{t|t} = (I - K_t H) P_{t|t-1}"""


def rnn(a: Arrays) -> list[Any]:
    h, made = a["h_0"], []
    for x in a["x"]:
        h = np.tanh(a["W"] @ h + a["U"] @ x + a["b"])
        made.append(h)
    return [made]


def lstm(a: Arrays) -> list[Any]:
    def gate(name: str, x: Any, h: Any) -> Any:
        return a[f"W_{name}"] @ x + a[f"U_{name}"] @ h + a[f"b_{name}"]

    def sigmoid(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    c, h, cs, hs = a["c_0"], a["h_0"], [], []
    for x in a["x"]:
        i, f, o = (sigmoid(gate(name, x, h)) for name in "ifo")
        c = f * c + i * np.tanh(gate("c", x, h))
        h = o * np.tanh(c)
        cs.append(c)
        hs.append(h)
    return [cs, hs]


def adam(a: Arrays) -> list[Any]:
    m, v, theta, made = a["m_0"], a["v_0"], a["theta_0"], []
    one, two = a["beta_1"], a["beta_2"]
    for t, g in enumerate(a["g"], 1):
        m, v = one * m + (1 - one) * g, two * v + (1 - two) * g * g
        step = (m / (1 - one**t)) / (np.sqrt(v / (1 - two**t)) + a["epsilon"])
        theta = theta - a["alpha"] * step
        made.append((m, v, theta))
    return [list(one) for one in zip(*made, strict=True)]


def kalman(a: Arrays) -> list[Any]:
    x, p, made = a["x_0"], a["P_0"], []
    for y in a["y"]:
        before, spread = a["F"] @ x, a["F"] @ p @ a["F"].T + a["Q"]
        gain = spread @ a["H"].T @ np.linalg.inv(a["H"] @ spread @ a["H"].T + a["R"])
        x = before + gain @ (y - a["H"] @ before)
        p = spread - gain @ a["H"] @ spread
        made.append((before, spread, x, p))
    return [list(one) for one in zip(*made, strict=True)]


def observed(a: Arrays) -> list[Any]:
    x, states, seen = a["x_0"], [], []
    for u in a["u"]:
        seen.append(a["C"] @ x + a["D"] @ u)
        x = a["A"] @ x + a["B"] @ u
        states.append(x)
    return [states, seen]


def autoregression(a: Arrays) -> list[Any]:
    made = list(a["x_0"])
    for noise in a["epsilon"]:
        made.append(a["phi_1"] * made[-1] + a["phi_2"] * made[-2] + noise)
    return [made[2:]]


def returns(a: Arrays) -> list[Any]:
    value, made = a["V_last"], []
    for r in a["r"][::-1]:
        value = r + a["gamma"] * value
        made.append(value)
    return [made[::-1]]


def two_behind(a: Arrays) -> list[Any]:
    values = {T: a["V_last"][0], T + 1: a["V_last"][1]}
    for t in reversed(range(T)):
        values[t] = a["r"][t] + a["gamma"] * values[t + 1] - a["beta"] * values[t + 2]
    return [[values[t] for t in range(T)]]


def diffusion(a: Arrays) -> list[Any]:
    x, made = a["x_last"], []
    for t in reversed(range(T)):
        share = (1 - a["alpha"][t]) / np.sqrt(1 - a["alpha_bar"][t])
        x = (x - share * a["epsilon"][t]) / np.sqrt(a["alpha"][t]) + a["sigma"][t] * a["z"][t]
        made.append(x)
    return [made[::-1]]


def counted_back(a: Arrays) -> list[Any]:
    value, made = a["V_last"], []
    for k in reversed(range(T)):
        value = a["r"][k] + a["gamma"] ** (k + 1) * value
        made.append(value)
    return [made[::-1]]


def counted_down(a: Arrays) -> list[Any]:
    x, made = a["x_last"], []
    for k in reversed(range(T)):
        x = a["a"] * x + (k + 1)
        made.append(x)
    return [made[::-1]]


def personalised(a: Arrays) -> list[Any]:
    x, made = a["x_0"], []
    for _ in range(T):
        x = a["alpha"] * a["A"] @ x + (1 - a["alpha"]) * a["x_0"]
        made.append(x)
    return [made]


def named(a: Arrays) -> list[Any]:
    x, made = a["x_0"], []
    for _ in range(T):
        x = x + a["A"] @ x / a["K"]
        made.append(x)
    return [made]


def advantages(a: Arrays) -> list[Any]:
    value, made, v = a["A_last"], [], a["V"]
    for t in reversed(range(T)):
        delta = a["r"][t] + a["gamma"] * v[t + 1] - v[t]
        value = delta + a["gamma"] * a["lambda_"] * value
        made.append(value)
    return [made[::-1]]


def jacobi(a: Arrays) -> list[Any]:
    x, made = a["x_0"], []
    for _ in range(T):
        x = np.linalg.inv(a["D"]) @ (a["b"] - a["R"] @ x)
        made.append(x)
    return [made]


def differences(a: Arrays) -> list[Any]:
    return [a["x"][1:] - a["x"][:-1]]


def memory(a: Arrays) -> list[Any]:
    state, states, read = a["S_0"], [], []
    for k, v, q in zip(a["k"], a["v"], a["q"], strict=True):
        state = state + np.outer(k, v)
        states.append(state)
        read.append(state.T @ q)
    return [states, read]


def layers(a: Arrays) -> list[Any]:
    h, made = a["h_0"], []
    for w, b in zip(a["W"], a["b"], strict=True):
        h = np.maximum(w @ h + b, 0)
        made.append(h)
    return [made]


def normal(*shape: int) -> Any:
    return np.random.default_rng(sum(shape) + 7 * len(shape)).normal(size=shape)


def positive(*shape: int) -> Any:
    return np.abs(normal(*shape)) + 0.5


GATES = {
    f"{what}_{name}": normal(*shape)
    for name in "ifoc"
    for what, shape in (("W", (N, M)), ("U", (N, N)), ("b", (N,)))
}
CASES: dict[str, tuple[str, str, dict[str, Any], Callable[[Arrays], list[Any]]]] = {
    "rnn": (
        r"h_t = \tanh(W h_{t-1} + U x_t + b)", "t",
        {"W": normal(N, N), "h_0": normal(N), "U": normal(N, M), "x": normal(T, M), "b": normal(N)},
        rnn,
    ),
    "above": (
        r"h^{(t)} = \tanh(W h^{(t-1)} + U x^{(t)} + b)", "t",
        {"W": normal(N, N), "h_0": normal(N), "U": normal(N, M), "x": normal(T, M), "b": normal(N)},
        rnn,
    ),
    "text": (
        "h_t = tanh(W h_{t-1} + U x_t + b)", "t",
        {"W": normal(N, N), "h_0": normal(N), "U": normal(N, M), "x": normal(T, M), "b": normal(N)},
        rnn,
    ),
    "lstm": (LSTM, "t", {"x": normal(T, M), "h_0": normal(N), "c_0": normal(N), **GATES}, lstm),
    "adam": (
        ADAM, "t",
        {"beta_1": 0.9, "beta_2": 0.99, "alpha": 0.1, "epsilon": 1e-8, "t": 1, "g": normal(T, N),
         "m_0": normal(N), "v_0": positive(N), "theta_0": normal(N)},
        adam,
    ),
    "kalman": (
        KALMAN, "t",
        {"F": normal(N, N), "x_0": normal(N), "P_0": np.eye(N), "Q": np.eye(N), "H": normal(M, N),
         "R": np.eye(M), "y": normal(T, M)},
        kalman,
    ),
    "observed": (
        r"x_{k+1} = A x_k + B u_k, \quad y_k = C x_k + D u_k", "k",
        {"A": normal(N, N), "x_0": normal(N), "B": normal(N, M), "u": normal(T, M),
         "C": normal(4, N), "D": normal(4, M)},
        observed,
    ),
    "autoregression": (
        r"x_t = \phi_1 x_{t-1} + \phi_2 x_{t-2} + \epsilon_t", "t",
        {"phi_1": 0.5, "phi_2": -0.25, "x_0": normal(2, N), "epsilon": normal(T, N)},
        autoregression,
    ),
    "returns": (
        r"V_t = r_t + \gamma V_{t+1}", "t",
        {"r": normal(T, N), "gamma": 0.9, "V_last": normal(N)}, returns,
    ),
    "advantages": (
        r"A_t = \delta_t + \gamma \lambda A_{t+1}, \delta_t = r_t + \gamma V_{t+1} - V_t", "t",
        {"gamma": 0.9, "lambda_": 0.8, "A_last": normal(N), "r": normal(T, N),
         "V": normal(T + 1, N)},
        advantages,
    ),
    "two behind": (
        r"V_t = r_t + \gamma V_{t+1} - \beta V_{t+2}", "t",
        {"r": normal(T, N), "gamma": 0.9, "V_last": normal(2, N), "beta": 0.3}, two_behind,
    ),
    "diffusion": (
        r"x_{t-1} = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{1 - \alpha_t}"
        r"{\sqrt{1 - \bar\alpha_t}} \epsilon_t \right) + \sigma_t z_t", "t",
        {"alpha": np.linspace(0.9, 0.8, T), "x_last": normal(N), "epsilon": normal(T, N),
         "alpha_bar": np.linspace(0.7, 0.3, T), "sigma": positive(T), "z": normal(T, N)},
        diffusion,
    ),
    "counted back": (
        r"V_t = r_t + \gamma^t V_{t+1}", "t",
        {"r": normal(T, N), "gamma": 0.9, "V_last": normal(N), "t": 1}, counted_back,
    ),
    "counted down": (
        r"x_{t-1} = a x_t + t", "t", {"a": 0.5, "x_last": normal(N), "t": 1, "T": T}, counted_down,
    ),
    "personalised": (
        r"x_{k+1} = \alpha A x_k + (1 - \alpha) x_0", "k",
        {"alpha": 0.5, "A": normal(N, N), "x_0": normal(N), "K": T}, personalised,
    ),
    "named": (
        r"x_{k+1} = x_k + \frac{1}{K} A x_k", "k",
        {"A": normal(N, N), "x_0": normal(N), "K": 4.0, "steps": T}, named,
    ),
    "jacobi": (
        r"x_{k+1} = D^{-1} (b - R x_k)", "k",
        {"D": np.diag(positive(N)), "b": normal(N), "R": normal(N, N), "x_0": normal(N), "K": T},
        jacobi,
    ),
    "differences": (r"y_t = x_t - x_{t-1}", "t", {"x": normal(T + 1, N)}, differences),
    "memory": (
        r"S_t = S_{t-1} + k_t v_t^\top, \quad o_t = S_t^\top q_t", "t",
        {"S_0": normal(N, M), "k": normal(T, N), "v": normal(T, M), "q": normal(T, N)}, memory,
    ),
    "layers": (
        r"h_l = \max(0, W_l h_{l-1} + b_l)", "l",
        {"W": normal(T, N, N), "h_0": normal(N), "b": normal(T, N)}, layers,
    ),
}  # fmt: skip


def results(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_every_step_is_as_by_hand(name: str, backend: str) -> None:
    source, letter, arrays, by_hand = CASES[name]
    made = results(translate(source, over=letter, backend=backend)(**arrays))
    wanted = by_hand(arrays)
    assert len(made) == len(wanted)
    for own, other in zip(made, wanted, strict=True):
        np.testing.assert_allclose(np.asarray(own), np.stack(other), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_one_step_is_the_translation_without_over(name: str) -> None:
    """The step takes what the formula takes, under the same names."""
    source, letter, *_ = CASES[name]
    looped = translate(source, over=letter)
    step = looped.step
    assert step.code == translate(source).code
    function = load(looped.code, f"{step.name}_step")
    assert tuple(inspect_signature(function).parameters) == step.parameters
    assert [one.text for one in looped.assumptions] == [one.text for one in step.assumptions]


@pytest.mark.parametrize("batch", [N, M, T, 4])
def test_a_batch_stands_behind_the_steps(batch: int) -> None:
    source, letter, arrays, _ = CASES["rnn"]
    translation = translate(source, over=letter)
    many = np.random.default_rng(batch).normal(size=(T, batch, M))
    together = translation(**{**arrays, "x": many})
    for k in range(batch):
        alone = translation(**{**arrays, "x": many[:, k]})
        np.testing.assert_allclose(together[:, k], alone, rtol=1e-12)


def test_gradients_flow_through_all_steps() -> None:
    source, letter, arrays, _ = CASES["rnn"]
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in arrays.items()}
    function = translate(source, over=letter, backend="torch").function
    assert torch.autograd.gradcheck(
        lambda *values: function(*values),
        tuple(tensors[name] for name in ("W", "h_0", "U", "x", "b")),
    )


def test_outputs_choose_what_is_returned_and_states_are_carried_all_the_same() -> None:
    source, letter, arrays, by_hand = CASES["lstm"]
    only = translate(source, over=letter, outputs=("h_t",))
    assert only.outputs == ("h",)
    np.testing.assert_allclose(only(**arrays), np.stack(by_hand(arrays)[1]), rtol=1e-12)
    gate = translate(source, over=letter, outputs=("i_t",))
    assert gate.outputs == ("i",)
    assert gate(**arrays).shape == (T, N)


def test_shapes_say_where_the_steps_stand() -> None:
    source, letter, *_ = CASES["advantages"]
    shapes = translate(source, over=letter).shapes
    assert (shapes["r"], shapes["V"], shapes["A"], shapes["A_last"]) == ("T", "T + 1", "T", "")
    assert translate(CASES["layers"][0], over="l").shapes["W"] == "L n n"


def test_it_travels_and_turns() -> None:
    source, letter, arrays, _ = CASES["rnn"]
    looped = translate(source, over=letter)
    twin = pickle.loads(pickle.dumps(looped))
    assert twin.code == looped.code
    other = looped.to("torch")
    np.testing.assert_allclose(np.asarray(other(**arrays)), looped(**arrays), rtol=1e-12)


@pytest.mark.parametrize(
    ("source", "letter", "error", "said"),
    [
        (r"h_t = a h_{t-1} + b", "s", OptionError, "nothing in the source is labelled with s"),
        (r"v \leftarrow \gamma v + g", "t", OptionError, "nothing in the source is labelled"),
        (r"y = x_t + h_{t-1}", "t", UnsupportedError, "y is not labelled with t"),
        (r"h_0 = 0, h_t = a h_{t-1}", "t", UnsupportedError, "h_0 is not labelled with t"),
        (r"h_t = a h_{t-1} + b h_{t+1}", "t", UnsupportedError, "no order of the steps has both"),
        (r"h_t = a h_{t-1} + w_{it}", "t", UnsupportedError, "no label by itself|not a label by"),
        (r"\sigma_t^2 = a + b r_{t-1}^2 + c\sigma_{t-1}^2", "t", UnsupportedError, "a power"),
        (r"\Sigma_t^{-1} = \Sigma_{t-1}^{-1} + x_t x_t^\top", "t", UnsupportedError, "a power"),
        (r"u_i^{n+1} = u_i^n + r(u_{i+1}^n - u_i^n)", "n", UnsupportedError, "another place"),
        (r"x_{i,t} = a x_{i,t-1} + b x_{i-1,t-1}", "t", UnsupportedError, "another place"),
        (
            r"h_t^{(l)} = \tanh(W^{(l)} h_{t-1}^{(l)} + U^{(l)} h_t^{(l-1)})", "t",
            UnsupportedError, "another place",
        ),
        (r"x_t^{(k+1)} = x_t^{(k)} + \eta g_t", "t", UnsupportedError, "another place"),
        (r"x_t = a x_{t-1} + \sum_{s=1}^{t} u_s", "t", UnsupportedError, "ends a range"),
        (r"x_t = x_{t-1} + \max_{s \le t} u_s", "t", UnsupportedError, "ends a range|stands in"),
        (r"h_t = a h_{t-1}, \quad h_{t+1} = b h_t", "t", DefinitionError, "steps of one symbol"),
    ],
)  # fmt: skip
def test_what_no_loop_can_be_made_of_is_refused(
    source: str, letter: str, error: type[Eq2CodeError], said: str
) -> None:
    with pytest.raises(error, match=said):
        translate(source, over=letter)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_state_that_grows_is_asked_for_at_its_size(backend: str) -> None:
    source = r"\theta_t = \theta_{t-1} - \eta v_{t-1}, \quad v_t = \beta v_{t-1} + g_t"
    looped = translate(source, over="t", backend=backend)
    with pytest.raises(ShapeError, match="keep its shape"):
        looped(theta_0=0.0, eta=0.1, v_0=0.0, beta=0.5, g=normal(T, N))
    made = looped(theta_0=np.zeros(N), eta=0.1, v_0=np.zeros(N), beta=0.5, g=normal(T, N))
    assert made.theta.shape == (T, N)


def test_one_function_is_no_function_for_each_step() -> None:
    with pytest.raises(UnsupportedError, match="a function of its own at each t"):
        translate("h_t = f_t(h_{t-1})", over="t", shapes={"f_t": "(d) -> (d)"})
    looped = translate("h_t = f(h_{t-1}, x_t)", over="t", shapes={"f": "(d), (m) -> (d)"})
    made = looped(f=lambda h, x: h * x.sum(-1, keepdims=True), h_0=np.ones(N), x=normal(T, M))
    np.testing.assert_allclose(made, np.cumprod(normal(T, M).sum(-1))[:, None] * np.ones(N))


def test_series_of_other_lengths_do_not_fit() -> None:
    source, letter, arrays, _ = CASES["memory"]
    with pytest.raises(ShapeError, match="not equally many"):
        translate(source, over=letter)(**{**arrays, "q": normal(T + 1, N)})
    with pytest.raises(ShapeError, match="one is the least"):
        translate(r"y_t = x_t - x_{t-1}", over="t")(x=normal(1, N))
    with pytest.raises(ShapeError, match="first axis"):
        translate(r"y_t = x_t + y_{t-1}", over="t")(x=1.0, y_0=2.0)
    with pytest.raises(ShapeError, match="2 values before the first step"):
        translate(CASES["autoregression"][0], over="t")(
            phi_1=1.0, phi_2=1.0, x_0=normal(3), epsilon=normal(T)
        )


@pytest.mark.parametrize(
    "line",
    [
        "for x_t in open(x): h.append(step(x_t))",
        "for x_t in zip(x, strict=h): h.append(step(x_t))",
        "for x_t in x.T: h.append(step(x_t))",
        "for h in x: h.append(step(h))",
        "for x_t in x: x.append(step(x_t))",
        "for x_t in x: h.extend(step(x_t))",
        "for x_t in x: h[0] = step(x_t)",
        "for x_t in x: h.append(eval(x_t))",
        "for x_t in x:\n        while x: h.append(step(x_t))",
        "for x_t in x: h.append(step(x_t))\n    else: h.append(x)",
        "for x in x: h.append(step(x))",
        "for x.y in x: h.append(step(x))",
    ],
)
def test_the_gate_lets_no_other_loop_through(line: str) -> None:
    step = "import numpy as np\n\n\ndef step(x):\n    return x\n\n\n"
    loop = "def f(x):\n    h = []\n    {}\n    return np.stack(h, axis=0)\n"
    good = loop.format("for x_t in x: h.append(step(x_t))")
    inspect(step + good)
    with pytest.raises(EmissionError):
        inspect(step + loop.format(line))
    with pytest.raises(EmissionError):
        inspect("import numpy as np\n\n\n" + good)
