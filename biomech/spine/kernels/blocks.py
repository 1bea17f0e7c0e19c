"""Direct solve of a block-tridiagonal system of 6 × 6 blocks: cost linear in the number of bodies."""

from biomech.compiled import kernel, merged


@merged
def six(row, at):
    """Six numbers of a row."""
    return row[at], row[at + 1], row[at + 2], row[at + 3], row[at + 4], row[at + 5]


@merged
def put_six(row, at, x):
    """Six numbers into a row."""
    row[at], row[at + 1], row[at + 2], row[at + 3], row[at + 4], row[at + 5] = x


@merged
def less(x, m, y):
    """x − m y."""
    return x[0] - m * y[0], x[1] - m * y[1], x[2] - m * y[2], x[3] - m * y[3], x[4] - m * y[4], x[5] - m * y[5]


@merged
def swap(row, p, q):
    """Exchange two rows of a block."""
    x = six(row, p)
    put_six(row, p, six(row, q))
    put_six(row, q, x)


@kernel
def solve_blocks(diag, lower, upper, rhs):
    """Solve in place; rhs (n, 6) becomes the solution. diag (n, 36, blocks row by row), lower[i] = A[i, i−1] and
    upper[i] = A[i, i+1] are overwritten. Block elimination with partial pivoting inside each block. Returns False if a
    block is singular."""
    n = diag.shape[0]
    for i in range(n):
        d = diag[i]
        u = upper[i]
        b = rhs[i]
        # elimination of the block, on the block right of it and on the right-hand side at once
        for c in range(6):
            p = c
            big = abs(d[7 * c])
            for r in range(c + 1, 6):
                if abs(d[6 * r + c]) > big:
                    big = abs(d[6 * r + c])
                    p = r
            if not big > 0.0:
                return False
            if p != c:
                swap(d, 6 * c, 6 * p)
                swap(u, 6 * c, 6 * p)
                b[c], b[p] = b[p], b[c]
            inv = 1.0 / d[7 * c]
            # what stands on the diagonal from here on is its inverse
            d[7 * c] = inv
            dc = six(d, 6 * c)
            uc = six(u, 6 * c)
            bc = b[c]
            for r in range(c + 1, 6):
                m = d[6 * r + c]
                if m == 0.0:  # whoever leans nowhere sideways: half of all entries
                    continue
                m *= inv
                put_six(d, 6 * r, less(six(d, 6 * r), m, dc))
                put_six(u, 6 * r, less(six(u, 6 * r), m, uc))
                b[r] -= m * bc
        for c in range(5, -1, -1):
            inv = d[7 * c]
            uc = six(u, 6 * c)
            bc = b[c]
            for r in range(c + 1, 6):
                m = d[6 * c + r]
                if m == 0.0:
                    continue
                uc = less(uc, m, six(u, 6 * r))
                bc -= m * b[r]
            b[c] = bc * inv
            put_six(u, 6 * c, (uc[0] * inv, uc[1] * inv, uc[2] * inv, uc[3] * inv, uc[4] * inv, uc[5] * inv))
        if i + 1 == n:
            break
        lo = lower[i + 1]
        dn = diag[i + 1]
        bn = rhs[i + 1]
        for r in range(6):
            x = six(dn, 6 * r)
            y = bn[r]
            for c in range(6):
                m = lo[6 * r + c]
                if m != 0.0:
                    x = less(x, m, six(u, 6 * c))
                    y -= m * b[c]
            put_six(dn, 6 * r, x)
            bn[r] = y
    for i in range(n - 2, -1, -1):
        u = upper[i]
        b = rhs[i]
        x0, x1, x2, x3, x4, x5 = six(rhs[i + 1], 0)
        for r in range(6):
            m = six(u, 6 * r)
            b[r] -= m[0] * x0 + m[1] * x1 + m[2] * x2 + m[3] * x3 + m[4] * x4 + m[5] * x5
    return True
