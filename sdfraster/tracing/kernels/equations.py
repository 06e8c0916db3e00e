"""Damped normal equations, solved without LAPACK.

They are of 10 to 300 numbers, of which few have to do with each other: threads of LAPACK take longer to meet than to
count.
"""

from ...engine.compile.marks import noinline

STIFF = 1e-3  # weight of staying, for numbers that nothing tells


@noinline
def solve(normal, right, damping, factor, step):
    """Solve damped normal equations by Cholesky's method.

    Parameters
    ----------
    normal, right : (F, F), (F,)
        The equations; of the matrix, the upper half.
    damping : float
        What is added to its diagonal, times that.
    factor : (F, F)
        Scratch.
    step : (F,)
        Out.
    """
    n = step.shape[0]
    for i in range(n):
        step[i] = right[i]
        for j in range(i, n):
            factor[i, j] = normal[i, j]
        factor[i, i] += damping * normal[i, i] + STIFF
    for k in range(n):
        for i in range(k + 1, n):
            share = factor[k, i] / factor[k, k]
            if share != 0.0:
                step[i] -= share * step[k]
                for j in range(i, n):
                    factor[i, j] -= share * factor[k, j]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            step[i] -= factor[i, j] * step[j]
        step[i] /= factor[i, i]
