"""Direct solve of a block-tridiagonal system of 6 × 6 blocks: cost linear in the number of bodies."""

from biomech.compiled import kernel


@kernel
def solve_blocks(diag, lower, upper, rhs, pivot):
    """Solve in place; rhs (n, 6) becomes the solution. diag, lower[i] = A[i, i−1] and upper[i] = A[i, i+1]
    are overwritten. Block elimination with partial pivoting inside each block. Returns False if a
    block is singular."""
    n = diag.shape[0]
    for i in range(n):
        d = diag[i]
        # LU of the 6 × 6 block
        for c in range(6):
            p = c
            big = abs(d[c, c])
            for r in range(c + 1, 6):
                if abs(d[r, c]) > big:
                    big = abs(d[r, c])
                    p = r
            if not big > 0.0:
                return False
            pivot[c] = p
            if p != c:
                for q in range(6):
                    t = d[c, q]
                    d[c, q] = d[p, q]
                    d[p, q] = t
            inv = 1.0 / d[c, c]
            for r in range(c + 1, 6):
                m = d[r, c] * inv
                d[r, c] = m
                if m != 0.0:
                    for q in range(c + 1, 6):
                        d[r, q] -= m * d[c, q]
        b = rhs[i]
        for c in range(6):
            p = pivot[c]
            if p != c:
                t = b[c]
                b[c] = b[p]
                b[p] = t
        for c in range(6):
            for r in range(c + 1, 6):
                b[r] -= d[r, c] * b[c]
        for c in range(5, -1, -1):
            for q in range(c + 1, 6):
                b[c] -= d[c, q] * b[q]
            b[c] /= d[c, c]
        if i + 1 == n:
            break
        u = upper[i]
        for c in range(6):
            p = pivot[c]
            if p != c:
                for q in range(6):
                    t = u[c, q]
                    u[c, q] = u[p, q]
                    u[p, q] = t
        for c in range(6):
            for r in range(c + 1, 6):
                m = d[r, c]
                if m != 0.0:
                    for q in range(6):
                        u[r, q] -= m * u[c, q]
        for c in range(5, -1, -1):
            inv = 1.0 / d[c, c]
            for r in range(c + 1, 6):
                m = d[c, r]
                if m != 0.0:
                    for q in range(6):
                        u[c, q] -= m * u[r, q]
            for q in range(6):
                u[c, q] *= inv
        lo = lower[i + 1]
        dn = diag[i + 1]
        bn = rhs[i + 1]
        for r in range(6):
            for c in range(6):
                m = lo[r, c]
                if m != 0.0:
                    bn[r] -= m * b[c]
                    for q in range(6):
                        dn[r, q] -= m * u[c, q]
    for i in range(n - 2, -1, -1):
        u = upper[i]
        b = rhs[i]
        bn = rhs[i + 1]
        for r in range(6):
            s = 0.0
            for c in range(6):
                s += u[r, c] * bn[c]
            b[r] -= s
    return True
