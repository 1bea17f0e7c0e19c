"""The linear solve against numpy's, and the derivatives it is fed against finite differences."""

import numpy as np
import pytest
from networks import Bench, model, plan_of, settled

from biomech.circulation.assembly import elimination
from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels.elimination import solve
from biomech.circulation.kernels.network import flows, pressures, stage_matrix
from biomech.circulation.places import drive
from biomech.posture.person import Person
from biomech.posture.stance import stance


def graphs():
    rng = np.random.default_rng(7)
    for n in (2, 3, 8, 27, 60):
        for density in (0.5, 1.3, 3.0):
            m = max(1, int(density * n))
            yield f"random {n} {m}", n, rng.integers(0, n, (m, 2))  # parallel edges, loops and lonely compartments among them
    yield "line", 12, np.array([(i, i + 1) for i in range(11)])
    yield "ring", 12, np.array([(i, (i + 1) % 12) for i in range(12)])
    yield "star", 12, np.array([(5, i) for i in range(12) if i != 5])
    yield "all with all", 9, np.array([(i, j) for i in range(9) for j in range(i)])
    yield "two apart", 8, np.array([(0, 1), (1, 2), (2, 0), (4, 5), (5, 6), (6, 7), (7, 4)])
    yield "one pair twice", 5, np.array([(1, 3), (3, 1)])


@pytest.mark.parametrize(("n", "ends"), [g[1:] for g in graphs()], ids=[g[0] for g in graphs()])
def test_sparse_elimination_is_a_dense_solve(n, ends):
    rng = np.random.default_rng(n)
    program = elimination(n, ends)
    assert sorted(program.row[:, k.PIVOT].tolist()) == list(range(n))
    f = np.zeros((k.F_ROWS, len(ends)))
    # volume raises the pressure of its own compartment: outflow grows with it, inflow falls
    f[k.F_BY_FROM] = rng.uniform(0, 50, len(ends))
    f[k.F_BY_TO] = -rng.uniform(0, 50, len(ends))
    f[:, rng.uniform(size=len(ends)) < 0.2] = 0.0  # closed valves
    dh = 0.3
    dense = np.eye(n)
    for (a, b), out, back in zip(ends, f[k.F_BY_FROM], f[k.F_BY_TO], strict=True):
        dense[a, a] += dh * out
        dense[b, a] -= dh * out
        dense[a, b] += dh * back
        dense[b, b] -= dh * back
    matrix, rhs = np.zeros(program.entries), rng.normal(size=n)
    x = rhs.copy()
    stage_matrix(program.entry, dh, f, matrix)
    solve(program, matrix, x)
    exact = np.linalg.solve(dense, rhs)
    # seen to fail: products of the update taken a thousandth too small
    assert np.abs(x - exact).max() < 1e-12 * max(1.0, np.abs(exact).max())


def test_what_leaves_one_compartment_enters_another_in_the_solve_too():
    rng = np.random.default_rng(3)
    program = elimination(6, np.array([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]))
    f = np.zeros((k.F_ROWS, 6))
    f[k.F_BY_FROM], f[k.F_BY_TO] = rng.uniform(0, 9, 6), -rng.uniform(0, 9, 6)
    matrix, rhs = np.zeros(program.entries), rng.normal(size=6)
    x = rhs.copy()
    stage_matrix(program.entry, 1.0, f, matrix)
    solve(program, matrix, x)
    assert x.sum() == pytest.approx(rhs.sum(), rel=1e-12)


@pytest.mark.parametrize(("equipment", "angle"), [("lying", 0.0), ("standing", None), ("gravity_boots", 90.0), ("inversion_chair", 60.0)])
def test_derivatives_of_every_flow_are_those_of_finite_differences(equipment, angle):
    m = model()
    there = stance(Person(), equipment, angle)
    bench = Bench(m.plan, drive(m.values, there, there, -1e9, 0.0), settled().volume)
    net, w, f = bench.net, bench.s.w, bench.s.f
    rng = np.random.default_rng(11)
    seen = {"closed": 0, "open": 0, "narrowed": 0, "tube": 0, "slit": 0, "dry": 0}
    for _ in range(60):
        volume = settled().volume * np.exp(rng.normal(0.0, 0.35, net.vessel.shape[0]))
        since, rr = rng.uniform(0, 0.9), 0.9

        def at(v, since=since, rr=rr):
            pressures(net, v, since, rr, bench.s.elastance, w)
            flows(net, v, w, f)
            return f[k.F_FLOW].copy(), w[k.W_PRESSURE].copy()

        base, pressure = at(volume)
        by = f[k.F_BY_FROM].copy(), f[k.F_BY_TO].copy()
        for e in range(net.edge.shape[0]):
            kind, v = net.edge_ints[e, k.KIND], net.edge_ints[e, k.NARROWED_BY]
            seen["closed"] += kind == k.VALVE and base[e] == 0.0
            seen["open"] += kind == k.VALVE and base[e] > 0.0
            seen["tube"] += kind == k.TUBE
            a, b = net.edge_ints[e, :2]
            free = pressure[a] - w[k.W_OUTSIDE, a]
            seen["slit"] += kind == k.TUBE and v == a and 0.0 < free < pressure[a] - pressure[b] + f[k.F_COLUMN, e]
            seen["narrowed"] += kind != k.TUBE and v >= 0 and volume[v] < w[k.W_UNSTRESSED, v]
            seen["dry"] += kind == k.BED and pressure[b] < w[k.W_OUTSIDE, b]
            for end, found in zip(net.edge_ints[e, :2], by, strict=True):
                h = 1e-6 * volume[end]
                up, down = volume.copy(), volume.copy()
                up[end] += h
                down[end] -= h
                a, b = at(up)[0][e], at(down)[0][e]
                if (a - base[e]) * (base[e] - b) < 0.0 or abs((a - base[e]) - (base[e] - b)) > 1e-3 * (abs(a - b) + 1e-18):
                    continue  # a bend lies in between
                expected = (a - b) / (2 * h)
                # seen to fail: slope of the narrowing forgotten, or kept where the narrowing is at its limit; a tenth of the tube's missing
                assert found[e] == pytest.approx(expected, rel=1e-4, abs=1e-7), (e, kind)
    print(seen)
    assert all(count > 20 for name, count in seen.items() if name != "slit" or equipment == "standing")


def test_newton_solves_the_stage_to_what_it_is_asked_for():
    m = model()
    there = stance(Person(), "standing", None)
    one = Bench(m.plan, drive(m.values, there, there, -1e9, 0.0), settled().volume)
    two = Bench(m.plan, drive(m.values, there, there, -1e9, 0.0), settled().volume)
    worst = 0.0
    for _ in range(400):
        one.volume[:] = two.volume
        one.look()
        one.t = two.t
        one.step(k.BIN / 8, accept=1e-9)
        two.look()
        two.step(k.BIN / 8, accept=1e-22)
        worst = max(worst, float(np.abs(one.volume - two.volume).max()))
    print(worst)
    assert 0.0 < worst < 1e-9
    assert plan_of(m.plan.network).elimination.row.shape[0] == m.plan.network.vessel.shape[0]
