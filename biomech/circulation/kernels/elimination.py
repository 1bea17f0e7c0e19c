"""The linear solve: sparse elimination without pivoting, as a program laid down when the network is assembled.

The stage matrix 1 − h ∂f/∂V of a network is column diagonally dominant (what leaves one compartment enters another), so
it needs no pivoting, and its pattern never changes. `biomech.circulation.assembly` orders the compartments by least
degree and writes down which entry each elimination touches; here the program only runs. Nearly every compartment has one or
two neighbours when its turn comes: these are written out, so that nothing is counted or guessed on the way.
"""

from biomech.circulation.kernels.layout import (
    LOWER,
    NEIGHBOUR,
    NEIGHBOURS,
    PIVOT,
    UPDATE,
    UPPER,
)
from biomech.compiled import merged


@merged
def solve(program, matrix, rhs):
    """Solve (1 + matrix) · x = rhs in place; ``matrix`` (entries of the pattern) is used up, ``rhs`` becomes x."""
    row = program.row
    first = program.first
    lower = program.lower
    upper = program.upper
    u = 0
    for k in range(row.shape[0]):
        pivot = row[k, PIVOT]
        inverse = 1.0 / (1.0 + matrix[pivot])
        b = rhs[pivot] * inverse
        rhs[pivot] = b
        if row[k, NEIGHBOURS] <= 2:
            lower0 = matrix[row[k, LOWER]]
            lower1 = matrix[row[k, LOWER + 1]]
            upper0 = matrix[row[k, UPPER]] * inverse
            upper1 = matrix[row[k, UPPER + 1]] * inverse
            matrix[row[k, UPPER]] = upper0
            matrix[row[k, UPPER + 1]] = upper1
            rhs[row[k, NEIGHBOUR]] -= lower0 * b
            rhs[row[k, NEIGHBOUR + 1]] -= lower1 * b
            matrix[row[k, UPDATE]] -= lower0 * upper0
            matrix[row[k, UPDATE + 1]] -= lower0 * upper1
            matrix[row[k, UPDATE + 2]] -= lower1 * upper0
            matrix[row[k, UPDATE + 3]] -= lower1 * upper1
            continue
        for j in range(first[k], first[k + 1]):
            matrix[upper[j, 1]] *= inverse
        for i in range(first[k], first[k + 1]):
            below = matrix[lower[i, 1]]
            rhs[lower[i, 0]] -= below * b
            for j in range(first[k], first[k + 1]):
                matrix[program.update[u]] -= below * matrix[upper[j, 1]]
                u += 1
    for k in range(row.shape[0] - 1, -1, -1):
        pivot = row[k, PIVOT]
        x = rhs[pivot]
        if row[k, NEIGHBOURS] <= 2:
            x -= matrix[row[k, UPPER]] * rhs[row[k, NEIGHBOUR]] + matrix[row[k, UPPER + 1]] * rhs[row[k, NEIGHBOUR + 1]]
        else:
            for j in range(first[k], first[k + 1]):
                x -= matrix[upper[j, 1]] * rhs[upper[j, 0]]
        rhs[pivot] = x
