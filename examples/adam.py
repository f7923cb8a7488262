"""Adam as its paper prints it, used to fit a line."""

import numpy as np

from eq2code import translate

adam = translate(
    r"""
    \begin{aligned}
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 \\
    \hat{m}_t &= \frac{m_t}{1 - \beta_1^t} \\
    \hat{v}_t &= \frac{v_t}{1 - \beta_2^t} \\
    \theta_t &= \theta_{t-1} - \alpha \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}
    \end{aligned}
    """,
    name="adam",
    outputs=("m_t", "v_t", "theta_t"),
)
print(adam)

rng = np.random.default_rng(0)
x = rng.normal(size=100)
y = 3 * x - 2
theta = m = v = np.zeros(2)
for t in range(1, 501):
    error = theta[0] * x + theta[1] - y
    gradient = np.array([np.mean(error * x), np.mean(error)])
    step = adam(
        m_prev=m,
        v_prev=v,
        theta_prev=theta,
        g_t=gradient,
        t=t,
        alpha=0.05,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
    )
    m, v, theta = step.m_t, step.v_t, step.theta_t

print("slope and intercept:", theta.round(3))
assert np.allclose(theta, [3, -2], atol=1e-2)
