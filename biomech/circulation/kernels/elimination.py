"""The linear solve: sparse elimination without pivoting, as a program laid down when the network is assembled.

The stage matrix 1 − h ∂f/∂V of a network is column diagonally dominant (what leaves one compartment enters another), so
it needs no pivoting, and its pattern never changes. `biomech.circulation.assembly` orders the compartments by least
degree and writes down which entry each elimination touches; here the program only runs.
"""

from biomech.compiled import kernel


@kernel
def solve(program, matrix, rhs):
    """Solve (1 + matrix) · x = rhs in place; ``matrix`` (entries of the pattern) is used up, ``rhs`` becomes x."""
    first = program.first
    lower = program.lower
    upper = program.upper
    order = program.order
    u = 0
    for k in range(order.size):
        pivot = order[k]
        inverse = 1.0 / (1.0 + matrix[pivot])
        matrix[pivot] = inverse
        b = rhs[pivot]
        for i in range(first[k], first[k + 1]):
            share = matrix[lower[i, 1]] * inverse
            rhs[lower[i, 0]] -= share * b
            for j in range(first[k], first[k + 1]):
                matrix[program.update[u]] -= share * matrix[upper[j, 1]]
                u += 1
    for k in range(order.size - 1, -1, -1):
        pivot = order[k]
        x = rhs[pivot]
        for j in range(first[k], first[k + 1]):
            x -= matrix[upper[j, 1]] * rhs[upper[j, 0]]
        rhs[pivot] = x * matrix[pivot]
